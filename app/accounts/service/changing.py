"""Which accounts a change of facts touches, and the asking for their new scores.

Every door to facts comes by here: an account that is marked has a score that does not know its latest facts, and says
so, until it is scored anew.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.queries import changes as queries
from app.accounts.tables import accounts, exchange_rates, offerings
from app.infra.jobs import enqueue, is_queued
from app.infra.records.kind import Columns, Kind, Moment, Settled
from app.kernel.ids import AccountId, TenantId

RESCORE: Final = "selection.rescore"  # score what was marked; payload: tenant_id, and `whole` for the whole portfolio
# What comes within this time is scored together.
SOON: Final = timedelta(milliseconds=200)
TAKEN_AT_ONCE: Final = 500
# Of these every account's figures depend: rates convert its amounts, offerings are what it has not bought yet.
_OF_ALL = (exchange_rates, offerings)


@dataclass(slots=True)
class Seen:
    """What a batch of changes was about: the accounts that each record stands or stood below, and merged records."""

    accounts: dict[UUID, Collection[UUID]] = field(default_factory=dict)
    survivors: dict[UUID, UUID] = field(default_factory=dict)

    def watching(self, kind: Kind) -> Kind:
        """The kind, with what it settles noted."""
        column = _account_column(kind)

        def settle(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled | None:
            record_id: UUID = after["id"]
            if before is None:
                account = after.get(column)
                self.accounts[record_id] = () if account is None else (account,)
            else:
                self.accounts[record_id] = accounts_of(kind, [before, after])
            if before is not None and before.get("merged_into_id") is not None:
                self.survivors[record_id] = before["merged_into_id"]
            return kind.settle(before, after, given, moment)

        return replace(kind, settle=settle)

    def of(self, record_ids: Iterable[UUID]) -> set[UUID]:
        """The accounts of these records."""
        return {account for record_id in record_ids for account in self.accounts.get(record_id, ())}


def _account_column(kind: Kind) -> str:
    return "id" if kind.table is accounts else "account_id"


def accounts_of(kind: Kind, rows: Iterable[Columns]) -> set[UUID]:
    """The accounts that records stand below, or are."""
    column = _account_column(kind)
    return {row[column] for row in rows if row.get(column) is not None}


async def told(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: Kind,
    account_ids: Collection[UUID | str],
    *,
    any_record: bool,
) -> None:
    """Mark what changed, and ask for new scores unless somebody has: they come or go with the open transaction."""
    every = any_record and kind.table in _OF_ALL
    if not every and not account_ids:
        return
    if await queries.mark(connection, tenant_id, account_ids, every=every, job=RESCORE):
        await ask(connection, tenant_id)


async def ask(connection: AsyncConnection, tenant_id: TenantId, *, after: timedelta = SOON) -> None:
    """Ask for the changed accounts to be scored; asked twice, it is done twice, and finds nothing the second time."""
    await enqueue(connection, RESCORE, queries.payload(tenant_id), after=after)


async def ask_unless_asked(connection: AsyncConnection, tenant_id: TenantId, *, after: timedelta = SOON) -> None:
    """The same, unless somebody waits to do it."""
    if not await is_queued(connection, RESCORE, queries.payload(tenant_id)):
        await ask(connection, tenant_id, after=after)


async def score_portfolio_soon(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Ask for a run of the whole portfolio, also where nothing was ever scored: after a backfill, say."""
    await enqueue(connection, RESCORE, {**queries.payload(tenant_id), "whole": True})


async def taken(connection: AsyncConnection, tenant_id: TenantId) -> list[AccountId | None]:
    """Take some of what is marked, oldest first, to be scored in the open transaction; None is every account."""
    return await queries.take(connection, tenant_id, TAKEN_AT_ONCE)


async def only_taker(connection: AsyncConnection, tenant_id: TenantId) -> bool:
    """Whether nobody else says so of the organization; if so, nobody else can until the transaction ends."""
    return await queries.first(connection, tenant_id)


async def all_taken(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Take all that is marked: the open transaction scores the whole portfolio as it is from now on."""
    await queries.take_all(connection, tenant_id)


async def one_taken(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> None:
    """Take what is marked of one account: the open transaction scores it as it is from now on."""
    await queries.take_of(connection, tenant_id, account_id)


async def marked(connection: AsyncConnection, tenant_id: TenantId) -> tuple[int, bool]:
    """How many accounts are marked, and whether every account is."""
    return await queries.waiting(connection, tenant_id)


async def nobody_changes(connection: AsyncConnection, tenant_id: TenantId) -> bool:
    """Whether all who changed facts of the organization so far have ended: then what is marked is all there is."""
    return await queries.alone(connection, tenant_id)


async def changed_at(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> datetime | None:
    """Since when the account has changes that no score knows of; None when its score knows all."""
    return await queries.changed_at(connection, tenant_id, account_id)
