"""Who stands behind the goals of an account's plan, and which figures were agreed with the customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.service.standing import in_force
from app.health.core.alignment import Alignment, Held, alignment, party_of
from app.health.core.vital_few import Agreement, VitalFew, vital_few
from app.health.queries import agreed as agreed_queries
from app.health.queries import alignment as queries
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.registry import Registry
from app.planning.core.documents import entries, is_shared
from app.planning.service import plans
from app.planning.service.plans import PlanNotFound, PlanRow
from app.resourcing.service.leaders import leaders
from app.tenancy import service as tenancy

_GOALS = "customer_objectives"


@dataclass(frozen=True, slots=True)
class PlanAlignment:
    """The customer's goals as the plan has them, and who stands behind each."""

    plan: PlanRow
    goals: Sequence[Mapping[str, Any]]
    found: Alignment


async def of_plan(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> PlanAlignment:
    """Who of us stands behind which goal of the customer's today, by the newest version of the plan."""
    day = _today()
    plan = (await plans.newest(connection, tenant_id, (account_id,), day)).get(account_id)
    if plan is None:
        raise PlanNotFound(f"account {account_id}")
    sales = (await leaders(connection, tenant_id, day)).get("sales")
    kam = await queries.kam_of(connection, tenant_id, account_id)
    held = [
        Held(
            row["goal"],
            row["kind"],
            party_of(
                row["side"],
                row["function"],
                leads_sales=sales is not None and row["user_id"] == sales,
                is_kam=kam is not None and row["user_id"] == kam,
            ),
        )
        for row in await queries.held(connection, tenant_id, plan.plan_id)
    ]
    goals = [one for one in entries(plan.document, _GOALS) if one["outcome"] == "customer"]
    return PlanAlignment(plan, goals, alignment([one["key"] for one in goals], held))


@dataclass(frozen=True, slots=True)
class AgreedFigures:
    """The figures agreed with the customer, what each came to, and when they were last looked at together."""

    account_id: AccountId
    as_of: date
    few: VitalFew
    values: Mapping[str, float | None]
    registry: Registry
    reviewed_on: date | None


async def agreed_with(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> AgreedFigures:
    """The figures that were agreed with the customer by the end of a day, in the plan or in the calibration."""
    day = day_asked(as_of, _today(), pointer="/query/as_of")
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    few = vital_few(
        [
            *await _in_plan(connection, tenant_id, account_id, day),
            *await _in_calibration(connection, tenant_id, account_id, day),
        ],
        day,
    )
    known = [key for key in few.metrics if key in registry]
    values: dict[str, float | None] = {}
    if known:
        found = await metrics.measured(connection, tenant_id, as_of=day, keys=sorted(known), account_ids=(account_id,))
        values = {key: found.value(key, 0) for key in known}
    reviewed_on = await agreed_queries.reviewed_on(connection, tenant_id, account_id, day)
    return AgreedFigures(account_id, day, few, values, registry, reviewed_on)


async def _in_plan(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date
) -> list[Agreement]:
    """The objectives with a metric that the customer can see."""
    plan = (await plans.newest(connection, tenant_id, (account_id,), day)).get(account_id)
    if plan is None or not is_shared(plan.document, _GOALS):
        return []
    return [
        Agreement(one["metric"], "plan", one["title"], one["target"], date.fromisoformat(one["due_on"]))
        for one in entries(plan.document, _GOALS)
        if one["metric"] is not None
    ]


async def _in_calibration(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date
) -> list[Agreement]:
    """The expectations with a metric of the calibration that was in force."""
    found = (await in_force(connection, tenant_id, (account_id,), day)).get(account_id)
    if found is None:
        return []
    return [
        Agreement(row["metric"], "calibration", row["title"], row["target"], row["due_on"])
        for row in await agreed_queries.expectations(connection, tenant_id, found.calibration_id, day)
    ]


def _today() -> date:
    return datetime.now(UTC).date()
