"""Carries relationship resets out: told to the customer step by step, completed or given up."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.service.references import check_contact
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, UserId
from app.kernel.periods import day_asked
from app.resourcing.service import holds
from app.retiering.core.resets import (
    CONVERSATIONS,
    IllegalResetMove,
    check_done,
    check_live,
    check_turn,
    not_before,
    ways_on,
)
from app.retiering.queries import resets as queries
from app.retiering.service.resets import Reset, customer, find, held, planned, tell, tier_after, today
from app.retiering.service.resetting import Which, begun
from app.selection.service import lifecycle
from app.selection.service.lifecycle import Move
from app.tenancy.core.caller import Caller

_REASON: Final = "As the customer was told in the relationship reset"


class ContactNeeded(Invalid):
    """A talk with the customer was with somebody."""


@dataclass(frozen=True, slots=True)
class Done:
    """That a step was carried out: on which day (None: today), whom of the customer it reached, and what is noted."""

    on: date | None = None
    contact_id: UUID | None = None
    note: str | None = None


async def carry_out(connection: AsyncConnection, caller: Caller, which: Which, done: Done) -> None:
    """A step is done; with the first talk with the customer that may be taken of which it was told."""
    row, steps, step = await begun(connection, caller.tenant_id, which)
    on = day_asked(done.on, today(), pointer="/on")
    check_turn([planned(one) for one in steps], which.place, on, row["opened_on"])
    await _check_contact(connection, row, step, done)

    await queries.change_step(connection, step, {"done_on": on, "contact_id": done.contact_id, "note": done.note})
    first_talk = step["kind"] in CONVERSATIONS and row["conversation_on"] is None
    values = {"state": "under_way"} | ({"conversation_on": on} if first_talk else {})
    changed = await queries.change(connection, row, values)
    if first_talk:
        await holds.told(connection, caller.tenant_id, which.retiering_id, on)
        states = {"previous": row["state"], "current": changed["state"]}
        told = {**states, "on": on.isoformat(), "contact_id": str(done.contact_id), "step": step["kind"]}
        await tell(connection, changed, "conversation_recorded", told)


async def _check_contact(connection: AsyncConnection, row: RowMapping, step: RowMapping, done: Done) -> None:
    if done.contact_id is not None:
        told = await customer(connection, row)
        await check_contact(connection, row["tenant_id"], told, done.contact_id, pointer="/contact_id")
    elif step["kind"] in CONVERSATIONS:
        problem = FieldProblem("/contact_id", "missing", "is needed: with whom of the customer")
        raise ContactNeeded("say with whom", errors=[problem])


@dataclass(frozen=True, slots=True)
class Ending:
    """Whose reset is completed or given up, as of which version, on which day (None: today), and by whom."""

    retiering_id: UUID
    version: int
    on: date | None = None
    user_id: UserId | None = None


async def complete(connection: AsyncConnection, caller: Caller, ending: Ending) -> None:
    """Complete a reset: all steps are done, each withdrawn resource is mapped; the account has what is decided."""
    tenant_id = caller.tenant_id
    row = await held(connection, tenant_id, ending.retiering_id, ending.version)
    check_live(row["state"])
    reset = await find(connection, tenant_id, ending.retiering_id)
    check_done(reset.planned, [reset.resources[one]["name"] for one in reset.unmapped])
    on = day_asked(ending.on, today(), pointer="/on")
    not_before([one.done_on for one in reset.planned if one.done_on], on)

    changed = await queries.change(connection, row, {"state": "complete", "completed_on": on})
    told = await customer(connection, row)
    if told == row["account_id"]:  # one that was merged stands nowhere any more
        await _move(connection, caller, reset, ending.user_id, on)
    await holds.release(connection, tenant_id, told, today())
    states = {"previous": row["state"], "current": changed["state"]}
    more = {"on": on.isoformat(), "resources": len(reset.realignments)}
    await tell(connection, changed, "completed", {**states, **more})


async def _move(connection: AsyncConnection, caller: Caller, reset: Reset, user_id: UserId | None, on: date) -> None:
    """Let the account go where the decision sends it; what its tier brought goes with that."""
    account_id = AccountId(reset.row["account_id"])
    tier = tier_after(reset.retiering)
    standing = (await lifecycle.placed(connection, caller.tenant_id, account_id)).standing
    if tier is not None and standing.tier == tier:
        return
    for to in ways_on(standing.state, stays=tier is not None):
        move = Move(to, _REASON, tier if to == "retiered" else None, user_id, on)
        await lifecycle.move(connection, caller, account_id, move, version=None)


async def cancel(connection: AsyncConnection, caller: Caller, ending: Ending, reason: str) -> None:
    """Give a reset up: what is decided stands, and nothing is taken; decide anew to go on."""
    tenant_id = caller.tenant_id
    row = await held(connection, tenant_id, ending.retiering_id, ending.version)
    check_live(row["state"])
    on = day_asked(ending.on, today(), pointer="/on")
    steps = await queries.steps_of(connection, tenant_id, row["id"])
    done = [step["done_on"] for step in steps if step["done_on"] is not None]
    if len(done) == len(steps):
        raise IllegalResetMove("all steps are done; legal: complete")
    not_before([row["opened_on"], *done], on)

    values = {"state": "cancelled", "cancelled_on": on, "cancel_reason": reason}
    changed = await queries.change(connection, row, values)
    await holds.forgotten(connection, tenant_id, ending.retiering_id)
    states = {"previous": row["state"], "current": changed["state"]}
    await tell(connection, changed, "cancelled", {**states, "on": on.isoformat()})
