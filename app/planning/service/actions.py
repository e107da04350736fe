"""The actions of plans: who does what by when, for which goal of the customer's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, NotFound, Stale
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.planning.core.actions import changed, check_goal, opened
from app.planning.core.centred import pushes_product
from app.planning.core.documents import Document, customer_goals, goals, is_shared
from app.planning.queries import actions as queries
from app.planning.service import references
from app.planning.service.plans import Audience, require, require_active, tell, today, touched, version_of
from app.planning.tables import plan_actions
from app.tenancy.core.caller import Caller

ActionId = NewType("ActionId", UUID)
MOST_ACTIONS: Final = 1_000
ACTIONS = Keyset(
    {"due_on": plan_actions.c.due_on, "opened_on": plan_actions.c.opened_on},
    tiebreak=plan_actions.c.id,
    default="due_on",
)


class ActionNotFound(NotFound):
    """No such action of a plan."""


class ActionChanged(Stale):
    """The action has changed since it was read."""


class TooManyActions(Conflict):
    """The plan has as many actions as it may have."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An action, what its owner is called, and whether it serves no goal of the customer's."""

    row: RowMapping
    owner_name: str | None
    product_push: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which actions of a plan are wanted; overdue: those alone that are open and past their day."""

    state: str | None = None
    overdue: bool = False
    audience: Audience = "internal"


async def add(
    connection: AsyncConnection,
    caller: Caller,
    account_id: AccountId,
    given: Mapping[str, Any],
    *,
    on: date | None = None,
) -> Shown:
    """Add an action to the account's plan, open from `on`, else from today."""
    tenant_id = caller.tenant_id
    plan = await require_active(connection, tenant_id, account_id)
    document = await _document(connection, plan)
    fields = opened(given, on or today())
    check_goal(given.get("goal"), goals(document))
    await _check_references(connection, tenant_id, account_id, given)
    if await queries.count(connection, tenant_id, plan["id"]) >= MOST_ACTIONS:
        raise TooManyActions(f"{MOST_ACTIONS} at most")

    ids = {"tenant_id": tenant_id, "id": new_id(), "plan_id": plan["id"], "account_id": account_id}
    row = await queries.add(connection, {**fields, **ids, "key_id": caller.key_id})
    await touched(connection, tenant_id, account_id)
    return (await _shown(connection, tenant_id, [row], document))[0]


async def _document(connection: AsyncConnection, plan: RowMapping) -> Document:
    document: Document = (await version_of(connection, plan["tenant_id"], plan["id"], plan["newest"]))["document"]
    return document


async def _check_references(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, given: Mapping[str, Any]
) -> None:
    await references.check(connection, tenant_id, account_id, list(references.of_fields(given)))
    if given.get("owner_user_id") is not None:
        owner = UserId(given["owner_user_id"])
        await people.people(connection, tenant_id, [owner], pointer="/owner_user_id")


async def find(connection: AsyncConnection, tenant_id: TenantId, action_id: ActionId) -> Shown:
    """One action."""
    row = await _require(connection, tenant_id, action_id)
    return (await _shown(connection, tenant_id, [row], await _document_of(connection, row)))[0]


async def _require(
    connection: AsyncConnection, tenant_id: TenantId, action_id: ActionId, *, lock: bool = False
) -> RowMapping:
    row = await queries.find(connection, tenant_id, action_id, lock=lock)
    if row is None:
        raise ActionNotFound(str(action_id))
    return row


async def _document_of(connection: AsyncConnection, row: RowMapping) -> Document:
    """The newest document of the plan that an action is of."""
    return await queries.document_of(connection, row["tenant_id"], row["plan_id"])


async def change(
    connection: AsyncConnection,
    caller: Caller,
    action_id: ActionId,
    given: Mapping[str, Any],
    *,
    version: int | None,
) -> Shown:
    """Change an action; that it is done is told once."""
    tenant_id = caller.tenant_id
    before = await _require(connection, tenant_id, action_id, lock=True)
    if version is not None and version != before["version"]:
        raise ActionChanged(f"it has version {before['version']} by now")
    document = await _document_of(connection, before)
    fields = changed(dict(before), given, today())
    if given.get("goal") != before["goal"]:
        check_goal(given.get("goal"), goals(document))
    account_id = AccountId(before["account_id"])
    fresh = {name: value for name, value in given.items() if value != before.get(name)}
    await _check_references(connection, tenant_id, account_id, fresh)

    row = await queries.change(connection, tenant_id, action_id, fields)
    if row["state"] == "done" and before["state"] != "done":
        states = {"previous": before["state"], "current": row["state"]}
        told = {"action_id": str(action_id), "title": row["title"], "goal": row["goal"], **states}
        await tell(connection, tenant_id, "plan_action.completed", row["plan_id"], account_id, told)
    else:
        await touched(connection, tenant_id, account_id)
    return (await _shown(connection, tenant_id, [row], document))[0]


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    asked: PageRequest,
    wanted: Wanted,
) -> Slice[Shown]:
    """A page of the plan's actions, what is due first first; for the customer those that serve a shared objective."""
    plan = await require(connection, tenant_id, account_id)
    document = await _document(connection, plan)
    statement = queries.listed(
        tenant_id,
        plan["id"],
        state=wanted.state,
        due_before=today() if wanted.overdue else None,
        goals=None if wanted.audience == "internal" else _shared_goals(document),
    )
    rows = (await connection.execute(ACTIONS.page(statement, asked))).all()
    cut = ACTIONS.cut(rows, asked, by_name)
    return Slice(await _shown(connection, tenant_id, cut.data, document), cut.next_cursor)


def _shared_goals(document: Document) -> list[str]:
    return sorted(goals(document)) if is_shared(document, "customer_objectives") else []


async def _shown(
    connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping], document: Document
) -> list[Shown]:
    ours, theirs = (
        sorted({row[name] for row in rows if row[name] is not None}) for name in ("owner_user_id", "owner_contact_id")
    )
    names = await references.names(connection, tenant_id, ours, theirs)
    customers, day = customer_goals(document), today()
    return [
        Shown(
            row=row,
            owner_name=names.get(row["owner_user_id"] or row["owner_contact_id"]),
            product_push=pushes_product(row["side"], row["goal"], customers),
            overdue=row["state"] == "open" and row["due_on"] < day,
        )
        for row in rows
    ]
