"""Begins calibrations, anew where one is in force; and changes who leads one, and what its dimensions weigh."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.compatibility import DIMENSIONS
from app.calibration.core.states import ACTIVE, START, STEPS, Trigger, check_in
from app.calibration.queries import calibrations as queries
from app.calibration.queries import reading
from app.calibration.service import calibrations
from app.calibration.service.references import check_user
from app.calibration.service.speaking import Speaker
from app.kernel.errors import Conflict, FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked


class CalibrationInProgress(Conflict):
    """The account has a calibration in progress."""


class TriggerNotFitting(Invalid):
    """A trigger goes with calibrating anew, and with nothing else."""


class UnusableWeights(Invalid):
    """Some dimension has to weigh something."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a calibration begins; `owner_user_id`: who leads it for us, the account's KAM when not given."""

    on: date | None = None
    owner_user_id: UserId | None = None
    trigger: Trigger | None = None
    reason: str | None = None


async def start(connection: AsyncConnection, speaker: Speaker, account_id: AccountId, asked: Start) -> RowMapping:
    """Begin to calibrate with the account; what is in force stays so until the new one is.

    Raises CalibrationInProgress, TriggerNotFitting, UnknownPeople, and what a day refuses.
    """
    tenant_id = speaker.tenant_id
    on = day_asked(asked.on, calibrations.today(), pointer="/on")
    await _none_in_progress(connection, tenant_id, account_id)
    active = await queries.open_of_account(connection, tenant_id, account_id, (ACTIVE,))
    _check_trigger(asked.trigger, active)
    if active is not None:
        calibrations.not_before(active["activated_on"], on)
    owner = await _owner(connection, speaker, account_id, asked.owner_user_id)

    values = {
        "tenant_id": tenant_id,
        "id": new_id(),
        "account_id": account_id,
        "state": START,
        "supersedes_id": None if active is None else active["id"],
        "trigger": asked.trigger,
        "owner_user_id": owner,
        "started_on": on,
        "entered_on": on,
        "key_id": speaker.key_id,
    }
    made = await queries.add(connection, values)
    if made is None:
        raise CalibrationInProgress("one has just begun; go on with it")
    await calibrations.started(connection, made, speaker, asked.reason)
    return made


async def _none_in_progress(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> None:
    there = await queries.open_of_account(connection, tenant_id, account_id, STEPS)
    if there is not None:
        raise CalibrationInProgress(f"calibration {there['id']} is {there['state']}; go on with it, or end it first")


def _check_trigger(trigger: str | None, active: RowMapping | None) -> None:
    if (trigger is None) == (active is None):
        return
    code = "missing" if trigger is None else "unexpected"
    message = "is needed, as one is in force" if trigger is None else "is not meant, as none is in force"
    raise TriggerNotFitting(f"trigger {message}", errors=[FieldProblem("/trigger", code, message)])


async def _owner(
    connection: AsyncConnection, speaker: Speaker, account_id: AccountId, named: UserId | None
) -> UserId | None:
    """Who leads it for us: the one that is named, else the account's KAM, else who begins it."""
    if named is not None:
        await check_user(connection, speaker.tenant_id, named, pointer="/owner_user_id")
        return named
    return await reading.kam_of(connection, speaker.tenant_id, account_id) or speaker.user_id


_WEIGHED_IN: Final = (STEPS[0], STEPS[1])


async def change(
    connection: AsyncConnection,
    tenant_id: TenantId,
    calibration_id: UUID,
    version: int | None,
    values: Mapping[str, Any],
) -> RowMapping:
    """Say who leads the calibration (`owner_user_id`), or what its dimensions weigh (`weights`), until they are used.

    Raises NotInStep, UnusableWeights, UnknownPeople, CalibrationChanged.
    """
    row = await calibrations.require(connection, tenant_id, calibration_id, lock=True)
    calibrations.check_version(row, version)
    changed = {name: value for name, value in values.items() if row[name] != value}
    if "weights" in changed:
        check_in(row["state"], _WEIGHED_IN)
        _check_weights(changed["weights"])
    if changed:
        check_in(row["state"], (*STEPS, ACTIVE))
    if changed.get("owner_user_id") is not None:
        await check_user(connection, tenant_id, changed["owner_user_id"], pointer="/owner_user_id")
    return await calibrations.bump(connection, row, **changed) if changed else row


def _check_weights(weights: Mapping[str, float]) -> None:
    if not any(weights.get(dimension, 1.0) > 0 for dimension in DIMENSIONS):
        message = "at least one dimension must weigh more than 0"
        raise UnusableWeights(message, errors=[FieldProblem("/weights", "all_zero", message)])
