"""Decides retierings: by one named person, and by a second where the account is to have less than before."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import Person, speaker
from app.kernel.errors import Stale
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import day_asked
from app.retiering.core.carrying_out import step_at_decision
from app.retiering.core.deciding import (
    Act,
    Decided,
    check_approver,
    check_decision,
    check_move,
    check_on_file,
    check_order,
)
from app.retiering.queries import decisions as queries
from app.retiering.service.decisions import Said, require, tell
from app.retiering.service.finding import findings
from app.retiering.service.recommending import today
from app.retiering.service.resets import plan_needed
from app.retiering.service.settling import settle
from app.selection.core.lifecycle import State
from app.selection.service import lifecycle, models
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller


class RetieringChanged(Stale):
    """The retiering has changed since it was read."""


async def decide(
    connection: AsyncConnection,
    caller: Caller,
    retiering_id: UUID,
    decided: Decided,
    said: Said,
    *,
    version: int | None,
) -> RowMapping:
    """Decide, whatever is recommended, by a named person; less than before waits for a second person's word."""
    row, on = await _begun(connection, caller, retiering_id, "decide", said.on, version)
    person = await speaker(connection, caller, said.user_id)
    names = (await models.to_use(connection, caller.tenant_id, None)).model.tier_names
    check_decision(decided, from_tier=row["from_tier"], tier_names=names, recommended=row["recommended"])
    if decided.less:
        account_id = AccountId(row["account_id"])
        found = (await findings(connection, caller.tenant_id, [account_id], on))[account_id]
        check_on_file(decided, len(found.requirements))

    values = {
        **_columns(decided),
        "decided_on": on,
        "decided_by_user_id": person.id,
        "state": "awaiting_approval" if decided.less else "decided",
    }
    made = await _changed(connection, caller.tenant_id, retiering_id, values)
    if decided.less:
        await tell(connection, made, row["state"], "retiering.approval_needed", _told(made))
        return made
    return await _in_force(connection, caller, made, row["state"], on, person)


def _columns(decided: Decided) -> dict[str, Any]:
    return {
        "decision": decided.decision,
        "to_tier": decided.to_tier,
        "grounds": (decided.grounds or "performance") if decided.less else None,
        "rationale": decided.rationale,
        "conditions": decided.conditions,
        "dissent": decided.dissent,
        "keeping_reason": decided.keeping_reason,
    }


async def approve(
    connection: AsyncConnection, caller: Caller, retiering_id: UUID, said: Said, *, version: int | None
) -> RowMapping:
    """Approve that an account is to have less than before; raises SecondPersonNeeded unless somebody else may."""
    row, on = await _begun(connection, caller, retiering_id, "approve", said.on, version)
    person = await speaker(connection, caller, said.user_id)
    check_approver((row["decided_by_user_id"], row["decided_by_function"]), (person.id, person.function))

    values = {"state": "decided", "approved_on": on, "approved_by_user_id": person.id}
    made = await _changed(connection, caller.tenant_id, retiering_id, values)
    return await _in_force(connection, caller, made, row["state"], on, person)


async def withdraw(
    connection: AsyncConnection, caller: Caller, retiering_id: UUID, reason: str, said: Said, *, version: int | None
) -> RowMapping:
    """Take a proposal back before it is decided for good; the account is no longer under review."""
    row, on = await _begun(connection, caller, retiering_id, "withdraw", said.on, version)
    who = None if said.user_id is None else (await speaker(connection, caller, said.user_id)).id

    values = {"state": "withdrawn", "withdrawn_on": on, "withdraw_reason": reason}
    made = await _changed(connection, caller.tenant_id, retiering_id, values)
    reviewed = await _state(connection, made) == "under_review"
    await _step(connection, caller, made, "selected" if reviewed else None, who, on)
    await tell(connection, made, row["state"], "retiering.withdrawn", {"on": on.isoformat()})
    return made


async def _begun(  # who does what to which retiering, on which day, as they last read it
    connection: AsyncConnection, caller: Caller, retiering_id: UUID, act: Act, on: date | None, version: int | None
) -> tuple[RowMapping, date]:
    row = await require(connection, caller.tenant_id, retiering_id, lock=True)
    if version is not None and version != row["version"]:
        raise RetieringChanged(f"it is {row['state']} by now, version {row['version']}")
    check_move(row["state"], act)
    day = day_asked(on, today(), pointer="/on")
    check_order(day, row["decided_on"] or row["proposed_on"])
    return row, day


async def _changed(
    connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    await queries.change(connection, tenant_id, retiering_id, values)
    return await require(connection, tenant_id, retiering_id)


async def _in_force(
    connection: AsyncConnection, caller: Caller, row: RowMapping, before: str, on: date, person: Person
) -> RowMapping:
    """A decision stands: nothing is taken before the customer was told; the account goes on, and ends its appraisal."""
    # First, as in moves of accounts: two who hold an account and the organization never wait for each other in a ring.
    await tenancy.locked_organization(connection, caller.tenant_id)
    await plan_needed(connection, row)
    state = await _state(connection, row)
    await _step(connection, caller, row, step_at_decision(row["decision"], state), person.id, on)
    if row["appraisal_id"] is not None:
        await settle(connection, caller.tenant_id, on, row["appraisal_id"])
    await tell(connection, row, before, "retiering.decided", {**_told(row), "on": on.isoformat()})
    return row


async def _state(connection: AsyncConnection, row: RowMapping) -> State:
    account_id = AccountId(row["account_id"])
    return (await lifecycle.placed(connection, row["tenant_id"], account_id)).standing.state


async def _step(  # whose step, where to, by whom, on which day
    connection: AsyncConnection, caller: Caller, row: RowMapping, to: State | None, user_id: UserId | None, on: date
) -> None:
    if to is None:
        return
    tier = row["to_tier"] if to == "retiered" else None
    reason = row["rationale"] or "the proposal of another tier was withdrawn"
    move = lifecycle.Move(to, reason, tier, user_id, on)
    await lifecycle.move(connection, caller, AccountId(row["account_id"]), move, version=None)


def _told(row: RowMapping) -> dict[str, Any]:
    named = ("decision", "to_tier", "recommended", "keeping_reason")
    people_named = ("decided_by_user_id", "approved_by_user_id")
    return {**{name: row[name] for name in named}, **{name: row[name] and str(row[name]) for name in people_named}}
