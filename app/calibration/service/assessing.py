"""Assesses expectations: whether they are met, by what was measured or by the word of a side."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.expectations import Measure, met_by
from app.calibration.queries import expectations as queries
from app.calibration.service import calibrations
from app.calibration.service.expectations import ExpectationNotFound, ExpectationWithdrawn, require, tell, touched
from app.calibration.service.references import names
from app.calibration.service.speaking import Speaker
from app.calibration.tables import expectation_assessments
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, Forbidden
from app.kernel.ids import TenantId, new_id
from app.kernel.periods import day_asked

ASSESSMENTS: Final = Keyset(
    {"assessed_on": expectation_assessments.c.assessed_on, "created_at": expectation_assessments.c.created_at},
    tiebreak=expectation_assessments.c.id,
    default="-assessed_on",
)


class OwnExpectation(Forbidden):
    """The customer assesses what the supplier owes it."""


class CustomersWord(Conflict):
    """What the customer said stands until it, or a measured value, says otherwise."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What somebody says of an expectation: a value, or whether it is met."""

    value: float | None
    met: bool | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """An assessment as it is kept, and who gave it."""

    row: RowMapping
    name: str | None


async def assess(
    connection: AsyncConnection, speaker: Speaker, expectation_id: UUID, said: Assessment, on: date | None
) -> Said:
    """Say whether an expectation of the active calibration is met, as of a day since when it is in force.

    A customer assesses what the supplier owes; the supplier either, since it has the figures, but its mere word does
    not take the customer's back. It is told once that an expectation is missed, until it is met again.
    """
    row = await require(connection, speaker.tenant_id, expectation_id)
    calibration = await calibrations.require_step(connection, speaker.tenant_id, row["calibration_id"], "active")
    if speaker.party == "customer" and row["owed_by"] != "supplier":
        raise OwnExpectation("the supplier assesses what the customer owes")
    day = day_asked(on, calibrations.today(), pointer="/on")
    calibrations.not_before(calibration["activated_on"], day)
    if row["withdrawn_on"] is not None and row["withdrawn_on"] <= day:
        raise ExpectationWithdrawn(f"on {row['withdrawn_on']}")
    measure = None if row["target"] is None else Measure(row["comparison"], row["target"])
    met = met_by(measure, said.value, said.met)

    before = await queries.last_assessment(connection, speaker.tenant_id, expectation_id, day)
    if said.value is None and speaker.party == row["owed_by"] and before is not None and before["party"] == "customer":
        raise CustomersWord(f"it said on {before['assessed_on']} that it is {'met' if before['met'] else 'missed'}")
    values = {"met": met, "value": said.value, "assessed_on": day, "note": said.note}
    identity = {"tenant_id": speaker.tenant_id, "id": new_id(), "expectation_id": expectation_id}
    made = await queries.assess(connection, {**identity, **values, **speaker.said()})
    if before is None or before["met"] != met:
        states = {"previous": None if before is None else _word(met=before["met"]), "current": _word(met=met)}
        data = {"owed_by": row["owed_by"], "title": row["title"], **states, "on": day.isoformat()}
        await tell(connection, row, f"expectation.{_word(met=met)}", data)
    await touched(connection, row)
    return (await _named(connection, speaker.tenant_id, [made]))[0]


def _word(*, met: bool) -> str:
    return "met" if met else "missed"


async def page(
    connection: AsyncConnection, tenant_id: TenantId, expectation_id: UUID, asked: PageRequest
) -> Slice[Said]:
    """A page of what was said of an expectation, the latest first."""
    await require(connection, tenant_id, expectation_id)
    rows = (await connection.execute(ASSESSMENTS.page(queries.assessments_of(tenant_id, expectation_id), asked))).all()
    cut = ASSESSMENTS.cut(rows, asked, by_name)
    return Slice(await _named(connection, tenant_id, list(cut.data)), cut.next_cursor)


async def of_guest(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, expectation_id: UUID
) -> RowMapping:
    """The expectation, which has to be of the calibration that a guest takes part in."""
    row = await require(connection, tenant_id, expectation_id)
    if row["calibration_id"] != calibration_id:
        raise ExpectationNotFound(f"expectation {expectation_id}")
    return row


async def _named(connection: AsyncConnection, tenant_id: TenantId, rows: list[RowMapping]) -> list[Said]:
    called = await names(connection, tenant_id, rows)
    return [Said(row, called.get(row["user_id"] or row["invitation_id"])) for row in rows]
