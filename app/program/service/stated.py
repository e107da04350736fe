"""What people state of the program: its mandate, when it was rebuilt, and how they rate it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem, Invalid, NotFound
from app.kernel.ids import TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.program.core.audit.maturity import Rating, Subject, check_rating
from app.program.queries import stated as queries
from app.program.tables import program_mandates, program_ratings, program_rebuilds
from app.tenancy.core.caller import Caller

MANDATES: Final = Keyset({"from_on": program_mandates.c.from_on}, tiebreak=program_mandates.c.id, default="-from_on")
REBUILDS: Final = Keyset(
    {"rebuilt_on": program_rebuilds.c.rebuilt_on}, tiebreak=program_rebuilds.c.id, default="-rebuilt_on"
)
RATINGS: Final = Keyset({"rated_on": program_ratings.c.rated_on}, tiebreak=program_ratings.c.id, default="-rated_on")


class NoMandate(NotFound):
    """The program has no mandate on that day."""


class UnusableMandate(Invalid):
    """The mandate cannot be so."""


class RebuildNotFound(NotFound):
    """No such rebuild on record."""


@dataclass(frozen=True, slots=True)
class Word:
    """One rating that somebody gives; about_user_id: whose skill it is."""

    subject: Subject
    name: str
    value: int
    about_user_id: UUID | None = None
    comment: str | None = None


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def put_mandate(connection: AsyncConnection, caller: Caller, given: Mapping[str, Any]) -> RowMapping:
    """Say who stands behind the program and whom the mandate binds; what was said before stays on record."""
    from_on = given["from_on"] or today()
    if given["until_on"] is not None and given["until_on"] <= from_on:
        problem = FieldProblem("/until_on", "order", "must lie after the day from which it holds")
        raise UnusableMandate("it ends before it begins", errors=[problem])
    await people.people(connection, caller.tenant_id, [UserId(given["user_id"])], pointer="/user_id")
    values = {**given, "from_on": from_on, "functions": sorted(set(given["functions"]))}
    before = await queries.mandate(connection, caller.tenant_id, from_on)
    if before is not None and all(before[name] == value for name, value in values.items()):
        return before
    return (await queries.add(connection, program_mandates, [_row(caller, values)]))[0]


def _row(caller: Caller, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"tenant_id": caller.tenant_id, "id": new_id(), "key_id": caller.key_id, **values}


async def mandate(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> RowMapping:
    """The mandate that holds on a day."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    row = await queries.mandate(connection, tenant_id, day)
    if row is None:
        raise NoMandate(f"none holds on {day}")
    return row


async def log_rebuild(
    connection: AsyncConnection, caller: Caller, on: date | None, cause: str, note: str | None
) -> RowMapping:
    """Put on record that the program was rebuilt, and why."""
    day = day_asked(on, today(), pointer="/on")
    values = _row(caller, {"rebuilt_on": day, "cause": cause, "note": note})
    return (await queries.add(connection, program_rebuilds, [values]))[0]


async def rebuild(connection: AsyncConnection, tenant_id: TenantId, rebuild_id: UUID) -> RowMapping:
    """One entry of the log."""
    row = await queries.find(connection, program_rebuilds, tenant_id, rebuild_id)
    if row is None:
        raise RebuildNotFound(str(rebuild_id))
    return row


async def remove_rebuild(connection: AsyncConnection, tenant_id: TenantId, rebuild_id: UUID) -> None:
    """Take an entry off the record that was made in error."""
    if not await queries.remove_rebuild(connection, tenant_id, rebuild_id):
        raise RebuildNotFound(str(rebuild_id))


async def rate(
    connection: AsyncConnection, caller: Caller, user_id: UserId | None, words: Sequence[Word], on: date | None
) -> Sequence[RowMapping]:
    """Keep what somebody says of the program; their newest word on each thing counts."""
    day = day_asked(on, today(), pointer="/on")
    for at, word in enumerate(words):
        about = word.about_user_id
        check_rating(word.subject, word.name, word.value, about=about, pointer=f"/ratings/{at}")
    rater = await people.speaker(connection, caller, user_id)
    named = [UserId(word.about_user_id or rater.id) for word in words]  # one per word: the refusal names its place
    await people.people(connection, caller.tenant_id, named, pointer="/ratings")

    said = {"user_id": rater.id, "function": rater.function, "rated_on": day}
    return await queries.add(
        connection,
        program_ratings,
        [_row(caller, {**said, **{name: getattr(word, name) for name in Word.__slots__}}) for word in words],
    )


def rating_of(row: RowMapping) -> Rating:
    """A kept rating as the rules read it."""
    return Rating(
        row["subject"],
        row["name"],
        row["value"],
        row["user_id"],
        row["function"],
        row["rated_on"],
        row["about_user_id"],
    )


async def page(  # which of which list
    connection: AsyncConnection,
    tenant_id: TenantId,
    listed: tuple[Table, Keyset],
    asked: PageRequest,
    wanted: Mapping[str, Any],
) -> Slice[RowMapping]:
    """A page of one of these lists, with the wanted values."""
    table, keyset = listed
    rows = (await connection.execute(keyset.page(queries.listed(table, tenant_id, wanted), asked))).all()
    return keyset.cut(rows, asked, by_name)


async def mandates(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of the mandates that there were, the newest first."""
    return await page(connection, tenant_id, (program_mandates, MANDATES), asked, {})


async def rebuilds(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of the rebuilds on record, the newest first."""
    return await page(connection, tenant_id, (program_rebuilds, REBUILDS), asked, {})


async def ratings(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[RowMapping]:
    """A page of what people said, the newest first."""
    return await page(connection, tenant_id, (program_ratings, RATINGS), asked, wanted)
