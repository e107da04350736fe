"""The SQL of how far promises were kept, for whoever sums them up: a row per commitment with what it counts as.

Parameters of every statement made with it: tenant_id, from_on (the first day), until_on (the day after the last) and
today.
"""

from typing import Final

# When a commitment fell due, as `core.commitments.keeping.fell_due_on` has it on `today`.
FELL_DUE_ON: Final = """CASE WHEN c.accepted_on IS NULL OR c.accepted_on > CAST(:today AS date) THEN NULL
         WHEN c.state = 'missed' THEN least(c.closed_on, c.due_on)
         WHEN c.state = 'withdrawn' AND c.closed_on <= c.due_on THEN NULL
         WHEN c.due_on < CAST(:today AS date) OR (c.due_on = CAST(:today AS date) AND c.delivered_on IS NOT NULL)
         THEN c.due_on END"""
OVERDUE: Final = "c.state = 'accepted' AND c.due_on < CAST(:today AS date)"

# `promised`: a row per commitment of the organization, with its resource's function. helped_on: the first use or the
# delivery of what was asked for, whichever came first.
PROMISED: Final = f"""
promised AS MATERIALIZED (
    SELECT c.account_id, c.resource_id, r.function, c.state, c.channel, c.plan_action_id, c.quantity, c.requested_on,
           c.answered_on, c.accepted_on, c.due_on, c.delivered_on, {FELL_DUE_ON} AS fell_due_on, {OVERDUE} AS overdue,
           least(h.helped_on, c.delivered_on) AS helped_on
    FROM commitments c JOIN resources r ON r.tenant_id = :tenant_id AND r.id = c.resource_id
    LEFT JOIN (SELECT u.commitment_id, min(u.used_on) AS helped_on FROM usage_entries u
               WHERE u.tenant_id = :tenant_id AND u.commitment_id IS NOT NULL GROUP BY u.commitment_id) h
      ON h.commitment_id = c.id
    WHERE c.tenant_id = :tenant_id)"""
# Of `promised` p, within the days.
ASKED: Final = "p.requested_on >= CAST(:from_on AS date) AND p.requested_on < CAST(:until_on AS date)"
FELL_DUE: Final = "p.fell_due_on >= CAST(:from_on AS date) AND p.fell_due_on < CAST(:until_on AS date)"
IN_TIME: Final = "p.delivered_on IS NOT NULL AND p.delivered_on <= p.due_on"
RESPONSE_DAYS: Final = "p.answered_on - p.requested_on"
HELP_DAYS: Final = "p.helped_on - p.requested_on"
