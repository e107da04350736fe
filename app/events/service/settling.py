"""Settles attempts: writes them down, has failed ones tried again, disables endpoints that are gone or only fail."""

import random
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.core import schedule
from app.events.queries import sending as queries
from app.events.queries.sending import Made
from app.events.service import disabling
from app.events.service.calling import Attempt
from app.kernel.ids import EndpointId, TenantId


async def settle(connection: AsyncConnection, endpoint: RowMapping, attempts: Sequence[Attempt]) -> bool:
    """Settle attempts at an endpoint, whose row is held; whether it may still be sent to."""
    tenant_id = TenantId(endpoint["tenant_id"])
    in_order = sorted(attempts, key=lambda one: one.answered_at)
    await queries.settle(connection, tenant_id, [_made(one) for one in in_order])
    health = schedule.health([(one.answer, one.answered_at) for one in in_order], endpoint["failing_since"])
    values: dict[str, Any] = {"failing_since": health.failing_since}
    if taken := [one.answered_at for one in in_order if one.answer.delivered]:
        values["last_success_at"] = taken[-1]
    await queries.note_health(connection, tenant_id, EndpointId(endpoint["id"]), values)
    for one in in_order:
        _log(endpoint, one)
    if health.disable is not None and endpoint["state"] == "enabled":
        await disabling.disable(connection, tenant_id, EndpointId(endpoint["id"]), reason=health.disable)
        structlog.get_logger().warning(
            "webhook_endpoint_disabled", endpoint_id=str(endpoint["id"]), reason=health.disable
        )
        return False
    return bool(endpoint["state"] == "enabled")


def _made(one: Attempt) -> Made:
    chance = random.random()  # noqa: S311  # spreads attempts; nothing secret
    verdict = schedule.verdict(one.answer, one.task.tries + 1, one.answered_at, chance)
    answer = one.answer
    told = (one.sent_at, one.answered_at, one.milliseconds, answer.status, answer.reason)
    return Made(one.task.delivery_id, verdict.state, verdict.due_at, *told)


def _log(endpoint: RowMapping, one: Attempt) -> None:
    structlog.get_logger().info(
        "webhook_attempt",
        tenant_id=str(endpoint["tenant_id"]),
        endpoint_id=str(endpoint["id"]),
        event_id=str(one.task.event.id),
        attempt=one.task.tries + 1,
        status=one.answer.status,
        reason=one.answer.reason,
        ms=one.milliseconds,
    )
