"""The register of assumptions: what a side takes for granted, whether it was tried, and who lets it pass untried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.assumptions import UNTESTED, AssumptionState, TestResult, check_untested
from app.calibration.core.states import ACTIVE, STEPS, State
from app.calibration.queries import exploration as queries
from app.calibration.service import calibrations
from app.calibration.service.exploration import revealed_to_both
from app.calibration.service.speaking import Speaker
from app.calibration.tables import calibration_assumptions
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, NotFound, Stale
from app.kernel.ids import TenantId, new_id
from app.kernel.periods import day_asked

AssumptionId = NewType("AssumptionId", UUID)
# Which one is meant: its calibration, and itself.
Which = tuple[UUID, AssumptionId]
MOST: Final = 200
# What is taken for granted is tried as long as the partnership is agreed or holds.
OPEN_IN: Final[tuple[State, ...]] = (*STEPS, ACTIVE)
ASSUMPTIONS: Final = Keyset(
    {"created_at": calibration_assumptions.c.created_at},
    tiebreak=calibration_assumptions.c.id,
    default="created_at",
)


class AssumptionNotFound(NotFound):
    """No such assumption of the calibration."""


class AssumptionChanged(Stale):
    """The assumption has changed since it was read."""


class TooManyAssumptions(Conflict):
    """The calibration has as many assumptions as it may have."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How an assumption fared: confirmed or refuted, what was found, when, and by which test if that is new."""

    outcome: TestResult
    result: str
    on: date | None = None
    test: str | None = None


async def untested(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> Sequence[RowMapping]:
    """The assumptions that nobody has tested or waived."""
    return await queries.all_of(connection, queries.assumptions(tenant_id, calibration_id, state=UNTESTED))


async def note(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, given: Mapping[str, Any]
) -> RowMapping:
    """Note an assumption, of the speaker's side unless another is given; untested so far."""
    tenant_id = speaker.tenant_id
    row = await calibrations.require_step(connection, tenant_id, calibration_id, *OPEN_IN)
    await revealed_to_both(connection, row)
    if await queries.count(connection, queries.assumptions(tenant_id, calibration_id)) >= MOST:
        raise TooManyAssumptions(f"{MOST} at most")
    ids = {"tenant_id": tenant_id, "id": new_id(), "calibration_id": calibration_id}
    side = given.get("side") or speaker.party
    return await queries.add_assumption(connection, {**ids, **given, "side": side, **speaker.said()})


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    calibration_id: UUID,
    asked: PageRequest,
    state: AssumptionState | None,
) -> Slice[RowMapping]:
    """A page of them, in the order in which they were noted."""
    await calibrations.require(connection, tenant_id, calibration_id)
    statement = queries.assumptions(tenant_id, calibration_id, state=state)
    rows = (await connection.execute(ASSUMPTIONS.page(statement, asked))).all()
    return ASSUMPTIONS.cut(rows, asked, by_name)


async def find(connection: AsyncConnection, tenant_id: TenantId, which: Which) -> RowMapping:
    """One of a calibration's."""
    await calibrations.require(connection, tenant_id, which[0])
    return await _require(connection, tenant_id, which)


async def _require(connection: AsyncConnection, tenant_id: TenantId, which: Which) -> RowMapping:
    row = await queries.find_assumption(connection, tenant_id, *which)
    if row is None:
        raise AssumptionNotFound(str(which[1]))
    return row


async def change(
    connection: AsyncConnection, speaker: Speaker, which: Which, given: Mapping[str, Any], *, version: int | None
) -> RowMapping:
    """Say it otherwise, or how it is to be tested, while nobody has."""
    _, row = await _held(connection, speaker.tenant_id, which, version)
    check_untested(row["state"])
    return await queries.change_assumption(connection, row, given)


async def tested(
    connection: AsyncConnection, speaker: Speaker, which: Which, trial: Trial, *, version: int | None
) -> RowMapping:
    """Record how it fared; tested again, the last test counts, and a waiver is of no account any more."""
    calibration, row = await _held(connection, speaker.tenant_id, which, version)
    on = day_asked(trial.on, calibrations.today(), pointer="/on")
    calibrations.not_before(row["tested_on"] or calibration["started_on"], on)
    fields: dict[str, Any] = {"state": trial.outcome, "result": trial.result, "tested_on": on}
    if trial.test is not None:
        fields["test"] = trial.test
    return await queries.change_assumption(connection, row, {**fields, "waived_by_user_id": None, "waive_reason": None})


async def waive(
    connection: AsyncConnection, speaker: Speaker, which: Which, reason: str, *, version: int | None
) -> RowMapping:
    """Let it pass untested: the supplier says why, and by whom."""
    _, row = await _held(connection, speaker.tenant_id, which, version)
    check_untested(row["state"])
    fields = {"state": "waived", "waive_reason": reason, "waived_by_user_id": speaker.user_id}
    return await queries.change_assumption(connection, row, fields)


async def _held(
    connection: AsyncConnection, tenant_id: TenantId, which: Which, version: int | None
) -> tuple[RowMapping, RowMapping]:
    """The calibration, held, and the assumption; raises AssumptionNotFound, AssumptionChanged."""
    calibration = await calibrations.require_step(connection, tenant_id, which[0], *OPEN_IN)
    row = await _require(connection, tenant_id, which)
    if version is not None and version != row["version"]:
        raise AssumptionChanged(f"it has version {row['version']} by now")
    return calibration, row
