"""What each side expects of the other: made measurable, withdrawn, and how it stands on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.expectations import Standing, UnusableExpectation, check_measure, standing
from app.calibration.core.states import State
from app.calibration.queries import expectations as queries
from app.calibration.service import calibrations
from app.calibration.service import standing as in_force
from app.calibration.service.references import check_contact, check_user, names
from app.calibration.service.speaking import Speaker
from app.calibration.tables import expectations as table
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, NotFound, Stale
from app.kernel.ids import AccountId, TenantId, UserId, new_id

STEPS: Final[tuple[State, ...]] = ("investing", "active")
AT_MOST: Final = 100
EXPECTATIONS: Final = Keyset(
    {"due_on": table.c.due_on, "created_at": table.c.created_at}, tiebreak=table.c.id, default="due_on"
)


class ExpectationNotFound(NotFound):
    """No such expectation."""


class ExpectationChanged(Stale):
    """The expectation has changed since it was read."""


class ExpectationWithdrawn(Conflict):
    """The expectation has been withdrawn."""


class MissedStays(Conflict):
    """What a side owes and has missed, it does not withdraw itself."""


class TooManyExpectations(Conflict):
    """The calibration has as many expectations as it may have."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An expectation, how it stands on the day asked for, and what its owner is called."""

    row: RowMapping
    standing: Standing
    owner_name: str | None


async def add(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, given: Mapping[str, Any]
) -> RowMapping:
    """Put an expectation on record, of either side, by either side.

    given: `owed_by`, `title`, `metric`, `comparison`, `target`, `unit`, `due_on`, `owner_user_id`, `owner_contact_id`.
    """
    row = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, *STEPS)
    check_measure(given["comparison"], given["target"], given["metric"])
    await _check_owner(connection, row, given)
    if await queries.count(connection, speaker.tenant_id, calibration_id) >= AT_MOST:
        raise TooManyExpectations(f"it has {AT_MOST}")

    identity = {"tenant_id": speaker.tenant_id, "id": new_id(), "calibration_id": row["id"]}
    values = {**identity, "account_id": row["account_id"], **given, **speaker.said()}
    made = await queries.add(connection, values)
    await tell(connection, made, "expectation.added", {"owed_by": made["owed_by"], "due_on": str(made["due_on"])})
    return made


async def _check_owner(connection: AsyncConnection, row: RowMapping, given: Mapping[str, Any]) -> None:
    """An owner, where one is named, is of the side that has to meet it."""
    user_id, contact_id = given["owner_user_id"], given["owner_contact_id"]
    wrong = "owner_contact_id" if given["owed_by"] == "supplier" else "owner_user_id"
    if given[wrong] is not None:
        problem = FieldProblem(f"/{wrong}", "other_side", f"the {given['owed_by']} has to meet it")
        raise UnusableExpectation("its owner is of the side that owes it", errors=[problem])
    if user_id is not None:
        await check_user(connection, row["tenant_id"], UserId(user_id), pointer="/owner_user_id")
    if contact_id is not None:
        account_id = AccountId(row["account_id"])
        await check_contact(connection, row["tenant_id"], account_id, contact_id, pointer="/owner_contact_id")


async def require(
    connection: AsyncConnection, tenant_id: TenantId, expectation_id: UUID, *, lock: bool = False
) -> RowMapping:
    """The expectation's row; raises ExpectationNotFound, also where the parties went back behind it."""
    row = await queries.find(connection, tenant_id, expectation_id, lock=lock)
    if row is None or row["invalidated_at"] is not None:
        raise ExpectationNotFound(f"expectation {expectation_id}")
    return row


async def withdraw(
    connection: AsyncConnection, speaker: Speaker, expectation_id: UUID, on: date | None, *, version: int | None
) -> RowMapping:
    """From a day on neither side holds the other to it; what was assessed before stays.

    Raises MissedStays where the speaker's side owes it and has missed it: that is met, or agreed anew.
    """
    found = await require(connection, speaker.tenant_id, expectation_id)
    calibration = await calibrations.require_step(connection, speaker.tenant_id, found["calibration_id"], *STEPS)
    row = await require(connection, speaker.tenant_id, expectation_id, lock=True)
    if version is not None and version != row["version"]:
        raise ExpectationChanged(f"it has version {row['version']} by now")
    if row["withdrawn_on"] is not None:
        raise ExpectationWithdrawn(f"on {row['withdrawn_on']}")

    day = calibrations.day_of(calibration, on)
    last = await queries.last_assessment(connection, speaker.tenant_id, expectation_id, day)
    if row["owed_by"] == speaker.party and last is not None and not last["met"]:
        raise MissedStays(f"it was missed on {last['assessed_on']}; meet it, or calibrate anew")
    made = await queries.change(connection, speaker.tenant_id, expectation_id, {"withdrawn_on": day})
    await tell(connection, made, "expectation.withdrawn", {"on": day.isoformat()})
    await touched(connection, made)
    return made


async def page(  # whose, which of them, as of when
    connection: AsyncConnection,
    tenant_id: TenantId,
    calibration_id: UUID | None,
    asked: PageRequest,
    as_of: date,
    *,
    owed_by: str | None = None,
) -> Slice[Shown]:
    """A page of a calibration's expectations as they stand on a day, what is due first first; none without one."""
    if calibration_id is None:
        return Slice([], None)
    statement = queries.listed(tenant_id, calibration_id, as_of, owed_by=owed_by)
    rows = (await connection.execute(EXPECTATIONS.page(statement, asked))).all()
    cut = EXPECTATIONS.cut(rows, asked, by_name)
    called = await names(connection, tenant_id, cut.data)
    return Slice([_shown(row, as_of, called) for row in cut.data], cut.next_cursor)


async def one(connection: AsyncConnection, tenant_id: TenantId, expectation_id: UUID, as_of: date) -> Shown:
    """An expectation as it stands on a day."""
    row = await queries.one(connection, tenant_id, await require(connection, tenant_id, expectation_id), as_of)
    return _shown(row, as_of, await names(connection, tenant_id, [row]))


async def current(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date) -> UUID | None:
    """The calibration that is in force for an account on a day."""
    found = await in_force.in_force(connection, tenant_id, [account_id], as_of)
    return found[account_id].calibration_id if account_id in found else None


def _shown(row: RowMapping, as_of: date, called: Mapping[UUID, str]) -> Shown:
    stands = standing(due_on=row["due_on"], withdrawn_on=row["withdrawn_on"], met=row["met"], day=as_of)
    return Shown(row, stands, called.get(row["owner_user_id"] or row["owner_contact_id"]))


async def tell(connection: AsyncConnection, row: RowMapping, type_: str, data: Mapping[str, Any]) -> None:
    """Tell what happened to an expectation."""
    told = {"account_id": str(row["account_id"]), "calibration_id": str(row["calibration_id"]), **data}
    await events.record(connection, row["tenant_id"], type_, "expectation", row["id"], told)


async def touched(connection: AsyncConnection, row: RowMapping) -> None:
    """Have the account's figures computed anew: what metrics read of its expectations changed."""
    await calibrations.touched(connection, row)
