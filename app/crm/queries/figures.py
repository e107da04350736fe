"""How all connections to CRMs together are doing, as Prometheus is told."""

from typing import Final

from app.infra.figures import Figure

# More of one organization's are not counted: whoever looks has to act long before.
_MANY: Final = 10_000

FIGURES: Final = (
    Figure(
        "crm_events_waiting",
        "Events of CRMs by the state that they wait in for somebody: dead (given up) and quarantined",
        f"""SELECT state, '', count(*)::float8 FROM (
                (SELECT state FROM crm_events WHERE tenant_id = this_tenant AND state = 'dead' LIMIT {_MANY})
                UNION ALL
                (SELECT state FROM crm_events WHERE tenant_id = this_tenant AND state = 'quarantined' LIMIT {_MANY})
            ) AS few GROUP BY 1""",
        ("state",),
    ),
    Figure(
        "crm_records_quarantined",
        "Records of CRMs that could not be kept as they are",
        f"""SELECT c.provider, '', count(*)::float8 FROM crm_connections c, LATERAL (
                SELECT FROM crm_records r WHERE r.tenant_id = this_tenant AND r.connection_id = c.id
                    AND r.state = 'quarantined' LIMIT {_MANY}) AS few
            WHERE c.tenant_id = this_tenant GROUP BY 1""",
        ("provider",),
    ),
    Figure(
        "crm_connections",
        "Connections to CRMs by state; resting: the CRM fails, or its calls of the day are used up",
        """SELECT provider, CASE WHEN state = 'active' AND resting_until > now() THEN 'resting' ELSE state END,
                count(*)::float8
            FROM crm_connections WHERE tenant_id = this_tenant GROUP BY 1, 2""",
        ("provider", "state"),
    ),
    Figure(
        "crm_quota_left",
        "Calls left today, of the connection that has the fewest",
        """SELECT provider, '', min(quota_left)::float8 FROM crm_connections
            WHERE tenant_id = this_tenant AND state = 'active' AND quota_left IS NOT NULL
                AND (quota_resets_at IS NULL OR quota_resets_at > now()) GROUP BY 1""",
        ("provider",),
        "min",
    ),
    Figure(
        "crm_sweep_age_seconds",
        "Since a connection was last read to the end, of the one that was read the longest ago",
        """SELECT c.provider, '', max(extract(epoch FROM now() - seen.at))::float8 FROM crm_connections c, LATERAL (
                SELECT coalesce(max(finished_at), min(created_at)) AS at FROM (
                    SELECT finished_at, created_at FROM crm_syncs WHERE tenant_id = this_tenant
                        AND connection_id = c.id ORDER BY id DESC LIMIT 20) AS newest) AS seen
            WHERE c.tenant_id = this_tenant AND c.state = 'active' AND seen.at IS NOT NULL GROUP BY 1""",
        ("provider",),
        "max",
    ),
)
