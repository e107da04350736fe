"""Executive sponsorships: who sponsors which account, for what, since when, and what each comes to today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, NotFound, Stale
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.resourcing.core.sponsorships import (
    EXECUTIVES,
    Counterpart,
    Flag,
    Judged,
    Sponsorship,
    UnusableSponsorship,
    check_days,
    judged,
)
from app.resourcing.queries import sponsorships as queries
from app.resourcing.service import holds
from app.resourcing.tables import sponsorships
from app.tenancy.core.caller import Caller

SponsorshipId = NewType("SponsorshipId", UUID)
LISTED: Final = Keyset(
    {"started_on": sponsorships.c.started_on, "created_at": sponsorships.c.created_at},
    tiebreak=sponsorships.c.id,
    default="-started_on",
)


class SponsorshipNotFound(NotFound):
    """No such sponsorship."""


class SponsorsAlready(Conflict):
    """The executive sponsors the account already."""


class SponsorshipEnded(Conflict):
    """The sponsorship is over."""


class SponsorshipChanged(Stale):
    """The sponsorship has changed since it was read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A sponsorship with those whom it names, and what it comes to."""

    row: RowMapping
    judged: Judged


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sponsorships are wanted; flag: those that carry it now."""

    account_id: AccountId | None = None
    user_id: UserId | None = None
    current: bool | None = None
    flag: Flag | None = None


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def start(connection: AsyncConnection, caller: Caller, account_id: AccountId, given: Mapping[str, Any]) -> Shown:
    """Let somebody sponsor the account; an account may have several sponsors."""
    tenant_id, fields = caller.tenant_id, {**given, "started_on": given.get("started_on") or today()}
    check_days(fields["started_on"], None, today())
    await _check_people(connection, tenant_id, account_id, fields)

    sponsorship_id = SponsorshipId(new_id())
    ids = {"tenant_id": tenant_id, "id": sponsorship_id, "account_id": account_id, "key_id": caller.key_id}
    if not await queries.add(connection, {**fields, **ids}):
        raise SponsorsAlready("change that sponsorship, or end it first")
    shown = await find(connection, tenant_id, sponsorship_id)
    await _tell(connection, "sponsorship.started", shown)
    return shown


async def _check_people(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, fields: Mapping[str, Any]
) -> None:
    if fields.get("user_id") is not None:
        await people.people(connection, tenant_id, [UserId(fields["user_id"])], pointer="/user_id")
    contact_id = fields.get("contact_id")
    if contact_id is not None and not await queries.is_contact_of(connection, tenant_id, account_id, contact_id):
        problem = FieldProblem("/contact_id", "unknown_contact", "names no contact of the account")
        raise UnusableSponsorship("it names who is not there", errors=[problem])


async def find(connection: AsyncConnection, tenant_id: TenantId, sponsorship_id: SponsorshipId) -> Shown:
    """One sponsorship."""
    rows = (await connection.execute(queries.listed(tenant_id, ids=[sponsorship_id]))).mappings().all()
    if not rows:
        raise SponsorshipNotFound(str(sponsorship_id))
    return (await _shown(connection, tenant_id, rows))[0]


async def change(
    connection: AsyncConnection,
    caller: Caller,
    sponsorship_id: SponsorshipId,
    given: Mapping[str, Any],
    *,
    version: int | None,
) -> Shown:
    """Change a sponsorship that lasts: its charter, its cadence, with whom the sponsor is paired."""
    before = await _held(connection, caller.tenant_id, sponsorship_id, version)
    await _check_people(connection, caller.tenant_id, AccountId(before["account_id"]), given)
    await queries.change(connection, caller.tenant_id, sponsorship_id, given)
    return await find(connection, caller.tenant_id, sponsorship_id)


async def end(  # what ends, why and when
    connection: AsyncConnection,
    caller: Caller,
    sponsorship_id: SponsorshipId,
    reason: str,
    *,
    on: date | None,
    version: int | None,
) -> Shown:
    """End a sponsorship: from that day on it is over."""
    before = await _held(connection, caller.tenant_id, sponsorship_id, version)
    ended_on = on or today()
    check_days(before["started_on"], ended_on, today())
    await holds.check_withdrawal(connection, caller.tenant_id, AccountId(before["account_id"]), on=ended_on)
    await queries.change(connection, caller.tenant_id, sponsorship_id, {"ended_on": ended_on, "end_reason": reason})
    shown = await find(connection, caller.tenant_id, sponsorship_id)
    await _tell(connection, "sponsorship.ended", shown)
    return shown


async def _held(
    connection: AsyncConnection, tenant_id: TenantId, sponsorship_id: SponsorshipId, version: int | None
) -> RowMapping:
    row = await queries.held(connection, tenant_id, sponsorship_id)
    if row is None:
        raise SponsorshipNotFound(str(sponsorship_id))
    if version is not None and version != row["version"]:
        raise SponsorshipChanged(f"it has version {row['version']} by now")
    if row["ended_on"] is not None:
        raise SponsorshipEnded(f"it ended on {row['ended_on']}; start another")
    return row


async def _tell(connection: AsyncConnection, type_: str, shown: Shown) -> None:
    row = shown.row
    told = {name: str(row[name]) for name in ("account_id", "user_id")} | {"flags": list(shown.judged.flags)}
    await events.record(connection, row["tenant_id"], type_, "sponsorship", row["id"], told)


async def page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted) -> Slice[Shown]:
    """A page of sponsorships, those that began last first."""
    ids = None if wanted.flag is None else await _flagged(connection, tenant_id, wanted, wanted.flag)
    statement = _listed(tenant_id, wanted, ids)
    rows = (await connection.execute(LISTED.page(statement, asked))).all()
    cut = LISTED.cut(rows, asked, by_name)
    return Slice(await _shown(connection, tenant_id, cut.data), cut.next_cursor)


def _listed(tenant_id: TenantId, wanted: Wanted, ids: Sequence[UUID] | None = None) -> Select[Any]:
    return queries.listed(
        tenant_id, account_id=wanted.account_id, user_id=wanted.user_id, current=wanted.current, ids=ids
    )


async def _flagged(connection: AsyncConnection, tenant_id: TenantId, wanted: Wanted, flag: Flag) -> list[UUID]:
    """Those that carry the flag: only such as last do, and executives have few accounts, so that all can be judged."""
    lasting = replace(wanted, current=True if wanted.current is None else wanted.current)
    rows = (await connection.execute(_listed(tenant_id, lasting))).mappings().all()
    return [one.row["id"] for one in await _shown(connection, tenant_id, rows) if flag in one.judged.flags]


async def current(connection: AsyncConnection, tenant_id: TenantId) -> list[Shown]:
    """All sponsorships that last, those of a sponsor together, the longest first."""
    statement = queries.listed(tenant_id, current=True)
    rows = (await connection.execute(statement)).mappings().all()
    ordered = sorted(rows, key=lambda row: (row["user_name"], row["user_id"], row["started_on"], row["id"]))
    return await _shown(connection, tenant_id, ordered)


async def executives(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Sequence[RowMapping]:
    """The customer's active executives, each with who is paired with them, if anybody is, by name."""
    return await queries.executives(connection, tenant_id, account_id, EXECUTIVES)


@dataclass(frozen=True, slots=True)
class Sponsored:
    """From when until when an account was sponsored; until: None while it is."""

    since: date
    until: date | None


async def sponsored(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> dict[AccountId, Sponsored]:
    """Each account that was ever sponsored by a day, in one statement."""
    rows = await queries.periods(connection, tenant_id, as_of)
    return {AccountId(row["account_id"]): Sponsored(row["started_on"], row["ended_on"]) for row in rows}


async def _shown(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping]) -> list[Shown]:
    met: dict[UUID, list[date]] = defaultdict(list)
    for meeting in await queries.meetings(connection, tenant_id, [row["id"] for row in rows], EXECUTIVES):
        met[meeting["id"]].append(meeting["held_on"])
    day = today()
    return [Shown(row, judged(_facts(row, met[row["id"]]), day)) for row in rows]


def _facts(row: RowMapping, meetings: Sequence[date]) -> Sponsorship:
    counterpart = None
    if row["contact_id"] is not None:
        counterpart = Counterpart(row["contact_seniority"], active=bool(row["contact_active"]))
    return Sponsorship(
        level=row["level"],
        charter=row["charter"],
        cadence_days=row["cadence_days"],
        started_on=row["started_on"],
        ended_on=row["ended_on"],
        counterpart=counterpart,
        sponsor_active=row["user_active"],
        meetings=meetings,
        load=row["load"],
    )
