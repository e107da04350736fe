"""The use cases of facts: the same few for every kind of record."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import queries
from app.accounts.core.parents import OwnAncestor
from app.accounts.service.changing import Seen, accounts_of, score_portfolio_soon, told
from app.accounts.service.merging import MergeCircle, mark_gone, merge
from app.infra.paging import PageRequest, Slice
from app.infra.records import arriving as pages
from app.infra.records import reading, saving, statements
from app.infra.records.kind import Change, Columns, Kind, Moment, Outcome
from app.kernel.errors import Conflict, FieldProblem
from app.kernel.ids import AccountId, TenantId

__all__ = [
    "InUse", "MergeCircle", "MergedAway", "account_by_external_id", "account_names", "arrive", "arriving",
    "ids_by_external", "mark_gone", "merge", "one", "page", "remove", "require_account", "save", "save_one",
    "score_portfolio_soon",
]  # fmt: skip


class InUse(Conflict):
    """Other records refer to this one."""


class MergedAway(Conflict):
    """The record was merged into another one, which stands for it now."""


def arriving(now: datetime | None = None, arrived_on: date | None = None) -> Moment:
    """The moment at which changes arrive: now, unless an export of another day is read."""
    now = now or datetime.now(UTC)
    return Moment(now, arrived_on or now.date())


async def save(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, changes: Sequence[Change], moment: Moment
) -> list[Outcome]:
    """Save changes of one kind; each has its own outcome. The accounts that they touch are marked as changed.

    A change that names a merged record by its identity is `stale`, with the id of the survivor: what is told of the one
    that is gone must not overwrite the one that stands for it.
    """
    if any(change.given.get("parent") for change in changes):
        await queries.hold_parents(connection, tenant_id)
    seen = Seen()
    found = await saving.save(connection, tenant_id, seen.watching(kind), changes, moment)
    outcomes = [_forwarded(change, outcome, seen) for change, outcome in zip(changes, found, strict=True)]
    await _refuse_circles(connection, tenant_id, changes, outcomes)
    done = [outcome.id for outcome in outcomes if outcome.id and outcome.result in {"created", "updated"}]
    await told(connection, tenant_id, kind, seen.of(done), any_record=bool(done))
    return outcomes


async def arrive(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, columns: Mapping[str, Sequence[Any]], moment: Moment
) -> set[int]:
    """Take in records that nobody knew, by whole columns; the places of those that are left to `save`."""
    left, kept = await pages.arrive(connection, tenant_id, kind, columns, moment)
    touched = {one for one in kept.get("account_id", ()) if one is not None}
    await told(connection, tenant_id, kind, touched, any_record=bool(kept))
    return left


def _forwarded(change: Change, outcome: Outcome, seen: Seen) -> Outcome:
    survivor = None if outcome.id is None or outcome.result != "stale" else seen.survivors.get(outcome.id)
    if survivor is None:
        return outcome
    if change.id is not None:
        return Outcome("refused", outcome.id, MergedAway(f"{survivor} stands for it"))
    return Outcome("stale", survivor)


async def save_one(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, change: Change, moment: Moment
) -> tuple[Outcome, Columns]:
    """Save one change; what is refused is raised. Answers with the record as it then is."""
    (outcome,) = await save(connection, tenant_id, kind, [change], moment)
    if outcome.refusal is not None:
        raise outcome.refusal
    assert outcome.id is not None
    return outcome, await reading.one(connection, tenant_id, kind, outcome.id)


async def _refuse_circles(
    connection: AsyncConnection, tenant_id: TenantId, changes: Sequence[Change], outcomes: Sequence[Outcome]
) -> None:
    """No account may stand above itself; the transaction is refused whole, since one link alone is not to blame."""
    moved = [o.id for c, o in zip(changes, outcomes, strict=True) if c.given.get("parent") and o.id and not o.refusal]
    if moved and await queries.own_ancestors(connection, tenant_id, moved):
        raise OwnAncestor(
            "the parents form a circle", errors=[FieldProblem("/parent", "circle", "would stand below itself")]
        )


async def one(connection: AsyncConnection, tenant_id: TenantId, kind: Kind, record_id: UUID) -> Columns:
    """One record."""
    return await reading.one(connection, tenant_id, kind, record_id)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[Columns]:
    """A page of records."""
    return await reading.page(connection, tenant_id, kind, asked, wanted)


async def remove(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, record_id: UUID, *, version: int | None
) -> None:
    """Remove a record that no other refers to."""
    record = await reading.held(connection, tenant_id, kind, record_id)
    if version is not None and version != record["version"]:
        raise saving.RecordChanged(f"it has version {record['version']} by now")
    try:
        await statements.delete(connection, kind.table, tenant_id, record_id)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != "23503":
            raise
        raise InUse(f"remove first what refers to this {kind.singular.replace('_', ' ')}") from error
    touched = accounts_of(kind, [record]) - {record_id}  # nobody scores an account that is removed
    await told(connection, tenant_id, kind, touched, any_record=True)


async def account_by_external_id(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, source: str, external_id: str
) -> AccountId:
    """The account that another system knows by this id, or the one that it was merged into."""
    found = await queries.account_named(connection, tenant_id, source, external_id)
    if found is None:
        raise kind.missing(f"{source} {external_id}")
    return found


async def ids_by_external(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, source: str, external_ids: Sequence[str]
) -> dict[str, UUID]:
    """The ids of the records that another system knows by these; of merged ones the survivors', unknown ones absent."""
    return await queries.ids_named(connection, tenant_id, kind.table, source, external_ids)


async def require_account(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, account_id: AccountId
) -> AccountId:
    """The account of this id, or the one that it was merged into; raises unless there is one."""
    found = await queries.standing_for(connection, tenant_id, account_id)
    if found is None:
        raise kind.missing(str(account_id))
    return found


async def account_names(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[AccountId]
) -> dict[AccountId, str]:
    """What the accounts are called."""
    return await queries.account_names(connection, tenant_id, ids)
