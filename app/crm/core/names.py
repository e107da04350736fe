"""What the work of CRMs is called in the queue."""

DRAIN = "crm.drain"  # pull what was heard of; payload: tenant_id, connection_id
SYNC = "crm.sync"  # a job of its own kind: backfill, changes or sweep
SWEEPS = "crm.sweeps"  # scheduled: start a sweep for every connection
FORGET_BODIES = "crm.forget_bodies"  # scheduled: raw bodies past their time
SCORES_CHANGED = "scores.changed"  # said by selection when accounts have new scores; payload: tenant_id


def drain_key(connection_id: object, drain_turn: int) -> str:
    """One drain waits at a time; once it has begun (and the turn gone up), what arrives asks for the next one."""
    return f"{DRAIN} {connection_id} {drain_turn}"


def drain_payload(tenant_id: object, connection_id: object) -> dict[str, str]:
    """Whose hints a drain pulls."""
    return {"tenant_id": str(tenant_id), "connection_id": str(connection_id)}
