"""Finds how accounts stand against what key status asks of them: requirements, use of resources, health."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.requirements import Requirement
from app.calibration.service import requirements
from app.health.service import quadrants
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import QUARTER_DAYS
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.retiering.core.findings import Findings, Placed, Use, found
from app.tenancy import service as tenancy

_USED: Final = "resource_utilization"


async def findings(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date
) -> dict[AccountId, Findings]:
    """What is found of each of the accounts as of a day; so many statements, however many accounts."""
    if not account_ids:
        return {}
    on_file = await requirements.on_file(connection, tenant_id, account_ids, as_of)
    placed = await quadrants.placed(connection, tenant_id, account_ids, as_of)
    keys = await _measurable(connection, tenant_id, on_file)
    now = await _measured(connection, tenant_id, account_ids, as_of, (_USED, *keys))
    before = await _measured(connection, tenant_id, account_ids, as_of - timedelta(days=QUARTER_DAYS), (_USED,))
    return {
        account_id: Findings(
            as_of=as_of,
            requirements=tuple(found(one, _value(now, one.metric, at)) for one in on_file.get(account_id, ())),
            use=Use(_value(now, _USED, at), _value(before, _USED, at)),
            placed=_placed(placed.get(account_id)),
        )
        for at, account_id in enumerate(account_ids)
    }


async def _measurable(
    connection: AsyncConnection, tenant_id: TenantId, on_file: Mapping[AccountId, Sequence[Requirement]]
) -> list[str]:
    """The metrics of the registry that requirements name; an expectation may be measured by what we do not know."""
    named = {one.metric for each in on_file.values() for one in each if one.metric is not None}
    if not named:
        return []
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    return sorted(key for key in named if key in registry)


async def _measured(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date, keys: Sequence[str]
) -> Measured:
    return await metrics.measured(
        connection, tenant_id, as_of=as_of, keys=tuple(dict.fromkeys(keys)), account_ids=account_ids
    )


def _value(measured: Measured, key: str | None, at: int) -> float | None:
    if key is None or key not in measured.values:
        return None
    value = float(measured.values[key][at])
    return None if math.isnan(value) else value


def _placed(one: quadrants.Quadrant | None) -> Placed | None:
    return None if one is None else Placed(one.name, one.since, one.before, one.hygiene, one.health)
