"""How sending to all endpoints together is doing, as Prometheus is told."""

from typing import Final

from app.infra.figures import Figure

FIGURES: Final = (
    Figure(
        "webhook_endpoints",
        "Endpoints by state, and why they are disabled",
        """SELECT state, coalesce(disabled_reason, ''), count(*)::float8 FROM webhook_endpoints
            WHERE tenant_id = this_tenant GROUP BY 1, 2""",
        ("state", "reason"),
    ),
    Figure(
        "webhook_oldest_due_seconds",
        "How long the oldest message that is due has been waiting to be sent",
        """SELECT '', '', max(extract(epoch FROM now() - due.at))::float8 FROM webhook_endpoints e, LATERAL (
                SELECT min(due_at) AS at FROM webhook_deliveries d WHERE d.tenant_id = this_tenant
                    AND d.endpoint_id = e.id AND d.state = 'waiting') AS due
            WHERE e.tenant_id = this_tenant AND e.state = 'enabled' AND due.at <= now() HAVING count(*) > 0""",
        total="max",
    ),
)
