"""The door of moves of resources."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from app.infra.problems import problems
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.ids import AccountId
from app.program.core.markets import Balance, Move
from app.program.schemas.reallocation import ReallocationAnswer
from app.program.service import reallocation as service
from app.program.service.reallocation import Idle, Told, Unmet
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read = needs("resourcing:read")
Limit = Annotated[int, Query(ge=1, le=500, description="How many of each list are told at most")]
_BESIDE = ("resources_reduced", "healthier_after_reducing")
_DIGITS = 4


@router.get("/resourcing/reallocation", response_model=ReallocationAnswer, responses=problems(), openapi_extra=read)
async def get_reallocation(tenant_id: CurrentTenant, connection: Connection, limit: Limit = 100) -> Any:
    """Tell where resources lie idle, where they would serve, and which moves would bring most.

    Idle is what accounts left of their entitlements in the last 90 days; it may be moved where less than a half is
    used, and in the quadrants `serve` and `sustain` below 0.9. It goes to accounts in `invest` and `cultivate` whose
    requests are unanswered or were declined lately. What is used and what is moved stay within capacity together. Each
    move tells what it brings and what it costs; each resource, what one unit more of it would bring.
    """
    told = await service.reallocate(connection, tenant_id, limit)
    return {
        "as_of": told.as_of,
        "lost": _rounded(told.found.lost),
        "gained": _rounded(told.found.gained),
        "net": _rounded(told.found.gained - told.found.lost),
        "moves_total": len(told.found.moves),
        "moves": [_move(one, told) for one in told.found.moves[:limit]],
        "resources": [_balance(one, told) for one in told.found.balances],
        "idle": [_idle(one, told) for one in told.idle],
        "unmet": [_unmet(one, told) for one in told.unmet],
        "accounts_without_score": told.unscored,
        "benchmarks": [BENCHMARKS[code] for code in _BESIDE],
    }


def _rounded(number: float) -> float:
    return round(number, _DIGITS)


def _name(account_id: UUID | None, told: Told) -> str | None:
    return None if account_id is None else told.account_names.get(AccountId(account_id))


def _move(one: Move, told: Told) -> dict[str, Any]:
    return {
        "resource_id": one.resource_id,
        "resource_code": told.resources[one.resource_id]["code"],
        "from_account_id": one.from_account_id,
        "from_account_name": _name(one.from_account_id, told),
        "to_account_id": one.to_account_id,
        "to_account_name": _name(one.to_account_id, told),
        **{name: _rounded(getattr(one, name)) for name in ("units", "lost", "gained", "net")},
    }


def _balance(one: Balance, told: Told) -> dict[str, Any]:
    row = told.resources[one.resource_id]
    amounts = ("capacity", "entitled", "used", "unused", "movable", "unmet", "wanted", "moved", "shadow_price")
    figures = {name: getattr(one, name) for name in amounts}
    return {
        "resource_id": one.resource_id,
        **{name: row[name] for name in ("code", "name", "unit")},
        "unit_cost": _cost(one.resource_id, 1.0, told),
        **{name: None if value is None else _rounded(value) for name, value in figures.items()},
    }


def _cost(resource_id: UUID, units: float, told: Told) -> dict[str, Any] | None:
    price = told.costs.by_resource.get(resource_id)
    if price is None:
        return None
    return {"amount": Decimal(units * price).quantize(Decimal("0.01")), "currency": told.costs.currency}


def _idle(one: Idle, told: Told) -> dict[str, Any]:
    holding = one.holding
    return {
        "resource_id": holding.resource_id,
        "resource_code": told.resources[holding.resource_id]["code"],
        "account_id": holding.account_id,
        "account_name": _name(holding.account_id, told),
        "quadrant": one.standing.quadrant,
        "worth": None if one.standing.worth is None else _rounded(one.standing.worth),
        **{name: _rounded(getattr(holding, name)) for name in ("entitled", "used", "unused", "utilization")},
        "wasted_cost": _cost(holding.resource_id, holding.unused, told),
        "movable": one.movable,
    }


def _unmet(one: Unmet, told: Told) -> dict[str, Any]:
    wish = one.wish
    return {
        "resource_id": wish.resource_id,
        "resource_code": told.resources[wish.resource_id]["code"],
        "account_id": wish.account_id,
        "account_name": _name(wish.account_id, told),
        "quadrant": one.standing.quadrant,
        "worth": None if one.standing.worth is None else _rounded(one.standing.worth),
        "quantity": _rounded(wish.quantity),
        "served": one.served,
    }
