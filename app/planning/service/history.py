"""Brings in plans, and words on whitespace, as they came to be before they were kept here: with their days, untold.

Nothing is announced, since none of it is news, and nothing is asked to be scored: whoever brings in the past of whole
accounts scores them afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import KeyId, TenantId, new_id
from app.planning.core.consistency import check_document
from app.planning.core.horizon import check_horizon
from app.planning.queries import history as queries

Body = Mapping[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PastPlan:
    """An account's plan from before; bodies name their fields as the rows do, money is {amount, currency}.

    versions: saved_on, substantive, note, user_id and function, document; in order. approvals: the number of their
    version, who and when. actions, readers: as they now are.
    """

    account_id: UUID
    starts_on: date
    ends_on: date
    versions: Sequence[Body]
    approvals: Sequence[Body] = field(default=())
    actions: Sequence[Body] = field(default=())
    readers: Sequence[Body] = field(default=())


async def keep_past(
    connection: AsyncConnection,
    tenant_id: TenantId,
    key_id: KeyId,
    plans: Sequence[PastPlan],
    statements: Sequence[Body],
) -> None:
    """Keep plans of accounts that have none, and what was said of cells.

    Raises PlanHorizon and UnusablePlan where a plan could not have been saved either.
    """
    for one in plans:
        check_horizon(one.starts_on, one.ends_on)
        for version in one.versions:
            check_document(version["document"])

    rows: dict[str, Rows] = {name: [] for name in queries.TABLES}
    made_by = {"tenant_id": tenant_id, "key_id": key_id}
    for one in plans:
        for name, row in _rows(one):
            rows[name].append(row | (made_by if name in queries.SIGNED else {"tenant_id": tenant_id}))
    rows["whitespace_statements"] = [{"id": new_id(), **made_by, **_flat(body, "potential")} for body in statements]

    await queries.add_all(connection, rows)


def _rows(plan: PastPlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a plan, each with its table."""
    plan_id = new_id()
    days = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    newest = len(plan.versions)
    yield "account_plans", {"id": plan_id, "account_id": plan.account_id, "newest": newest, **days}
    for number, version in enumerate(plan.versions, start=1):
        yield "plan_versions", {"plan_id": plan_id, "number": number, **days, **version}
    for body in plan.approvals:
        yield "plan_approvals", {"id": new_id(), "plan_id": plan_id, **body}
    for body in plan.actions:
        yield (
            "plan_actions",
            {"id": new_id(), "plan_id": plan_id, "account_id": plan.account_id, **_flat(body, "worth")},
        )
    for body in plan.readers:
        yield "plan_readers", {"id": new_id(), "plan_id": plan_id, **body}


def _flat(body: Body, money: str) -> dict[str, Any]:
    """The body with its money as two columns."""
    given = body.get(money)
    plain = {name: value for name, value in body.items() if name != money}
    return plain if given is None else {**plain, money: given["amount"], "currency": given["currency"]}
