"""SQL of the records behind warnings of promises: resources unused, commitments missed, expectations unmet."""

from typing import Final

from app.metrics.families.utilization import DUE

# As `app.metrics.families.commitments` has it: promises that fell due within a year, but did not arrive by their day.
_FELL_ON = "CASE WHEN c.state = 'missed' AND c.closed_on <= :as_of THEN least(c.closed_on, c.due_on) ELSE c.due_on END"
COMMITMENTS_MISSED: Final = f"""
    SELECT c.account_id, 'missed' AS way, 'commitment' AS kind, c.id, {_FELL_ON} AS dated_on,
           CASE WHEN c.delivered_on <= :as_of THEN 'late' WHEN c.closed_on <= :as_of THEN c.state ELSE 'overdue' END
               AS detail,
           CAST(greatest(least(c.delivered_on, c.closed_on, :as_of) - c.due_on, 0) AS float8) AS value,
           NULL::float8 AS share, NULL::bigint AS count, extract(epoch FROM {_FELL_ON}) AS rank
    FROM commitments c
    WHERE c.tenant_id = :tenant_id AND c.account_id = ANY(:account_ids) AND c.accepted_on <= :as_of
      AND NOT (c.state = 'withdrawn' AND c.closed_on <= least(c.due_on, :as_of))
      AND {_FELL_ON} > :as_of - 365
      AND ({_FELL_ON} < :as_of OR ({_FELL_ON} = :as_of AND (c.delivered_on <= :as_of OR c.closed_on <= :as_of)))
      AND (c.delivered_on IS NULL OR c.delivered_on > least(c.due_on, :as_of))"""

# The expectations of the calibration in force on the day whose latest assessment says that they are not met.
EXPECTATIONS_UNMET: Final = """
    SELECT f.account_id, 'unmet' AS way, 'expectation' AS kind, f.id, f.assessed_on AS dated_on, f.owed_by AS detail,
           f.value, NULL::float8 AS share, NULL::bigint AS count, extract(epoch FROM f.assessed_on) AS rank
    FROM (
        SELECT DISTINCT ON (e.id) c.account_id, e.id, e.owed_by, a.met, a.value, a.assessed_on
        FROM calibrations c
        JOIN expectations e ON e.tenant_id = :tenant_id AND e.calibration_id = c.id
            AND (e.invalidated_at IS NULL OR e.invalidated_at >= :known_before)
            AND (e.withdrawn_on IS NULL OR e.withdrawn_on > :as_of)
        JOIN expectation_assessments a
            ON a.tenant_id = :tenant_id AND a.expectation_id = e.id AND a.assessed_on <= :as_of
        WHERE c.tenant_id = :tenant_id AND c.account_id = ANY(:account_ids)
          AND c.activated_on <= :as_of AND (c.ended_on IS NULL OR c.ended_on > :as_of)
        ORDER BY e.id, a.assessed_on DESC, a.id DESC) f
    WHERE NOT f.met"""

# Of what was due within 90 days, as the metric counts it, what was used: the least used first.
RESOURCES_UNUSED: Final = f"""
    SELECT d.account_id, 'underused' AS way, 'resource' AS kind, d.resource_id AS id, u.latest AS dated_on,
           trim_scale(round(CAST(coalesce(u.used, 0) AS numeric), 2)) || ' of '
               || trim_scale(round(CAST(d.entitled AS numeric), 2)) || ' ' || r.unit AS detail,
           CAST(coalesce(u.used, 0) / d.entitled AS float8) AS value,
           NULL::float8 AS share, u.entries AS count, -CAST(coalesce(u.used, 0) / d.entitled AS float8) AS rank
    FROM ({DUE.format(scope="s.account_id = ANY(:account_ids)")}) d
    JOIN resources r ON r.tenant_id = :tenant_id AND r.id = d.resource_id
    LEFT JOIN (
        SELECT u.account_id, u.resource_id, sum(u.quantity) AS used, count(*) AS entries, max(u.used_on) AS latest
        FROM usage_entries u
        WHERE u.tenant_id = :tenant_id AND u.account_id = ANY(:account_ids) AND u.used_on <= :as_of
          AND u.used_on > :as_of - 90
        GROUP BY u.account_id, u.resource_id) u ON u.account_id = d.account_id AND u.resource_id = d.resource_id
    WHERE d.entitled > coalesce(u.used, 0)"""
