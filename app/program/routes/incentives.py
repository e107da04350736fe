"""The doors of what key account managers are paid for."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query

from app.accounts.service.people import UnknownPeople
from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.program.core.incentives import SHORT_TERM_CAP, Mix, MixNotWhole
from app.program.schemas.incentives import Incentives, IncentivesBody
from app.program.service import incentives as service
from app.program.service.incentives import Plan, Told
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["program"])
AsOf = Annotated[IsoDate | None, Query(description="The day that is asked about; today when not given")]


@router.put(
    "/program/incentives",
    response_model=Incentives,
    responses=problems(MixNotWhole, UnknownPeople),
    openapi_extra=needs("retiering:write"),
)
async def put_incentives(body: IncentivesBody, caller: CurrentCaller, connection: Connection) -> Any:
    """Say what somebody, or everybody without a plan of their own, is paid for from a day on.

    What held before did so until then; a plan of the same person and day is replaced. The answer tells today.
    """
    mix = Mix(**body.mix.model_dump())
    user_id = None if body.user_id is None else UserId(body.user_id)
    await service.settle(connection, caller, mix, user_id=user_id, from_on=body.from_on)
    return _shown(await service.told(connection, caller.tenant_id, None))


@router.get(
    "/program/incentives",
    response_model=Incentives,
    responses=problems(InTheFuture),
    openapi_extra=needs("retiering:read"),
)
async def get_incentives(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Tell what each key account manager is paid for, and whose pay leans on short-term revenue."""
    return _shown(await service.told(connection, tenant_id, as_of))


def _shown(told: Told) -> dict[str, Any]:
    held = [one.plan for one in told.managers if one.plan is not None]
    return {
        "as_of": told.as_of,
        "short_term_cap": SHORT_TERM_CAP,
        "general": _plan(told.general),
        "managers": [
            {"user_id": one.user_id, "user_name": one.name, "own": one.own, "plan": _plan(one.plan)}
            for one in told.managers
        ],
        "managers_above_cap": sum(plan.mix.above_cap for plan in held),
        "managers_without_plan": len(told.managers) - len(held),
        "mean": None if told.mean is None else _mix(told.mean),
    }


def _plan(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    return {
        "from_on": plan.from_on,
        "mix": _mix(plan.mix),
        "above_cap": plan.mix.above_cap,
        "rewards_landing_and_expanding": plan.mix.rewards_both,
        "lasting_share": round(plan.mix.lasting, 4),
    }


def _mix(mix: Mix) -> dict[str, float]:
    return {name: round(share, 4) for name, share in asdict(mix).items()}
