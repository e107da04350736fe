"""The door of how far a plan has come."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any, get_args

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.schemas.cadence import figure_shown
from app.health.schemas.progress import PlanProgressAnswer, State
from app.health.service import progress
from app.health.service.progress import MeasuredObjective, MeasuredTarget
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.planning.service.plans import PlanNotFound
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])


@router.get(
    "/accounts/{account_id}/plan/progress",
    response_model=PlanProgressAnswer,
    responses=problems(AccountNotFound, PlanNotFound, InTheFuture),
    openapi_extra=needs("health:read"),
)
async def get_plan_progress(
    account_id: Annotated[Id, Path(description="The account's id")],
    tenant_id: CurrentTenant,
    connection: Connection,
    as_of: Annotated[
        IsoDate | None, Query(description="The day at whose end it is looked at; today when left out")
    ] = None,
) -> Any:
    """Read how far the account's plan has come: each objective by its metric, each target by what was earned.

    Objectives may ask for more or for less of their figure. It is the plan, and what was known, as of the day.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await progress.of_account(connection, tenant_id, standing, as_of)
    objectives = [_objective_shown(one) for one in found.objectives]
    counted = Counter(one["state"] for one in objectives)
    return {
        **{name: getattr(found, name) for name in ("account_id", "as_of", "currency")},
        **{name: getattr(found.plan, name) for name in ("plan_id", "starts_on", "ends_on")},
        "number": found.plan.number,
        "objectives": objectives,
        "objective_counts": {state: counted[state] for state in get_args(State)},
        "targets": [_target_shown(one) for one in found.targets],
        "value": {**asdict(found.value), "share": figure_shown(found.value.share)},
    }


def _objective_shown(found: MeasuredObjective) -> dict[str, Any]:
    written, progress = found.objective, found.progress
    return {
        **{name: written[name] for name in ("key", "title", "outcome", "metric", "target", "due_on")},
        **{name: getattr(found, name) for name in ("unit", "baseline_from")},
        "baseline": figure_shown(found.baseline),
        "current": figure_shown(found.current),
        "share": figure_shown(progress.share),
        "expected_share": figure_shown(progress.expected),
        "state": progress.state,
        "because": progress.because,
    }


def _target_shown(found: MeasuredTarget) -> dict[str, Any]:
    attained = found.attainment
    return {
        **{name: found.target[name] for name in ("metric", "period", "starts_on", "ends_on", "amount")},
        "planned": figure_shown(found.planned),
        "actual": figure_shown(found.actual),
        "share": figure_shown(attained.share),
        "expected_share": figure_shown(attained.expected),
        "state": attained.state,
    }
