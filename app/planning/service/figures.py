"""What is computed of plans, over any number of them at once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.planning.core.centred import Action, QuickWins, customer_outcome_share, in_currency, pushes_product, quick_wins
from app.planning.core.completeness import Component, completeness, components
from app.planning.core.documents import customer_goals
from app.planning.core.freshness import Freshness, freshness
from app.planning.queries import actions as action_queries
from app.planning.queries import references, signing
from app.tenancy import service as tenancy

DROPPED: Final = "dropped"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan comes to.

    product_push: actions of ours, not dropped, that serve no goal of the customer's. signed: the newest version that
    each side signed since the plan last said something new.
    """

    completeness: float
    components: tuple[Component, ...]
    customer_outcome_share: float | None
    product_push: int
    quick_wins: QuickWins
    freshness: Freshness
    updates: int
    signed: Mapping[str, int]
    actions: Mapping[str, int]
    overdue: int
    readers: int
    readers_up_to_date: int

    @property
    def co_created(self) -> bool:
        """Whether the customer stands behind the plan as it is."""
        return "customer" in self.signed


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is read beside the plans themselves, by plan."""

    actions: Mapping[UUID, Sequence[RowMapping]]
    signed: Mapping[UUID, Sequence[RowMapping]]
    readers: Mapping[UUID, Sequence[RowMapping]]
    rates: Mapping[str, Decimal]
    limit_days: int
    today: date


async def figures(
    connection: AsyncConnection, tenant_id: TenantId, plans: Sequence[RowMapping], today: date
) -> dict[UUID, Figures]:
    """The figures of plans by their ids; how many statements it takes does not depend on the plans."""
    organization = await tenancy.organization(connection, tenant_id)
    ids = [row["id"] for row in plans]
    beside = _Beside(
        actions=_by_plan(await action_queries.of_plans(connection, tenant_id, ids)),
        signed=_by_plan(await signing.approvals_of_plans(connection, tenant_id, ids)),
        readers=_by_plan(await signing.readers_of_plans(connection, tenant_id, ids)),
        rates=await references.rates(connection, tenant_id, organization.reporting_currency, today),
        limit_days=organization.warning_thresholds.plan_days_above,
        today=today,
    )
    return {row["id"]: _of(row, beside) for row in plans}


def _by_plan(rows: Sequence[RowMapping]) -> Mapping[UUID, Sequence[RowMapping]]:
    found: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in rows:
        found[row["plan_id"]].append(row)
    return found


def _of(plan: RowMapping, beside: _Beside) -> Figures:
    document, settled = plan["document"], plan["settled"] or 1
    actions = beside.actions.get(plan["id"], ())
    done = [row for row in actions if row["state"] != DROPPED]
    customers = customer_goals(document)
    read = [row["read_number"] or 0 for row in beside.readers.get(plan["id"], ())]
    return Figures(
        completeness=completeness(document),
        components=components(document),
        customer_outcome_share=customer_outcome_share(document),
        product_push=sum(pushes_product(row["side"], row["goal"], customers) for row in done),
        quick_wins=quick_wins([_action(row, beside.rates) for row in done], plan["starts_on"]),
        freshness=freshness(plan["updated_on"], beside.today, beside.limit_days),
        updates=plan["updates"],
        signed={row["side"]: row["number"] for row in beside.signed.get(plan["id"], ()) if row["number"] >= settled},
        actions=Counter(row["state"] for row in actions),
        overdue=sum(row["state"] == "open" and row["due_on"] < beside.today for row in actions),
        readers=len(read),
        readers_up_to_date=sum(number >= settled for number in read),
    )


def _action(row: RowMapping, rates: Mapping[str, Decimal]) -> Action:
    worth = in_currency(row["worth"], row["currency"], rates)
    return Action(row["side"], row["goal"], row["due_on"], has_worth=row["worth"] is not None, worth=worth)
