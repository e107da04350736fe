"""The joint action plans of appraisals: offered, agreed, carried out by an owner of either side."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.calibration.service import expectations
from app.calibration.service.expectations import ExpectationNotFound
from app.calibration.service.references import check_contact
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, NotFound, Stale
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.retiering.core.appraisals import ENDED, UnusableAppraisalAction, check_action_move, check_day
from app.retiering.queries import appraisals as queries
from app.retiering.service.appraisal_changing import held
from app.retiering.service.appraisals import require, today
from app.retiering.tables import appraisal_actions
from app.tenancy.core.caller import Caller

AT_MOST: Final = 50
LISTED: Final = Keyset({"due_on": appraisal_actions.c.due_on}, tiebreak=appraisal_actions.c.id, default="due_on")


class AppraisalActionNotFound(NotFound):
    """No such action of an appraisal."""


class AppraisalActionChanged(Stale):
    """The action has changed since it was read."""


class TooManyAppraisalActions(Conflict):
    """The plan has as many actions as it may have."""


async def add(connection: AsyncConnection, caller: Caller, appraisal_id: UUID, given: Mapping[str, Any]) -> RowMapping:
    """Offer an action; the first makes the appraisal an action plan, and one that is due later moves its day.

    given: `title`, `side`, `owner_user_id`, `owner_contact_id`, `due_on`, `expectation_id`, `note`.
    """
    tenant_id = caller.tenant_id
    appraisal = await held(connection, tenant_id, appraisal_id)
    check_day(given["due_on"], appraisal["opened_on"], "the day on which it was opened", pointer="/due_on")
    await _check_named(connection, tenant_id, AccountId(appraisal["account_id"]), given)
    if len(await queries.states_of_actions(connection, tenant_id, appraisal_id)) >= AT_MOST:
        raise TooManyAppraisalActions(f"it has {AT_MOST}")

    identity = {"tenant_id": tenant_id, "id": new_id(), "appraisal_id": appraisal_id, "key_id": caller.key_id}
    made = await queries.add_action(connection, {**identity, **given})
    fields: dict[str, Any] = {} if appraisal["state"] != "open" else {"state": "action_plan"}
    if given["due_on"] > appraisal["due_on"]:
        fields["due_on"] = given["due_on"]
    if fields:
        await queries.change(connection, tenant_id, appraisal_id, fields)
    await _tell(connection, made, None, AccountId(appraisal["account_id"]))
    return await find(connection, tenant_id, made["id"])


async def _check_named(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, given: Mapping[str, Any]
) -> None:
    """The owner is there, and of the side that acts; the requirement is one of the account."""
    right, wrong = ("owner_user_id", "owner_contact_id")[:: 1 if given["side"] == "supplier" else -1]
    problems = []
    if given[right] is None:
        problems.append(FieldProblem(f"/{right}", "missing", f"is needed, as the {given['side']} acts"))
    if given[wrong] is not None:
        problems.append(FieldProblem(f"/{wrong}", "other_side", f"the {given['side']} acts"))
    if problems:
        raise UnusableAppraisalAction("its owner is of the side that acts", errors=problems)
    if right == "owner_user_id":
        await people.people(connection, tenant_id, [UserId(given[right])], pointer=f"/{right}")
    else:
        await check_contact(connection, tenant_id, account_id, given[right], pointer=f"/{right}")
    if given["expectation_id"] is not None:
        await _check_requirement(connection, tenant_id, account_id, given["expectation_id"])


async def _check_requirement(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, expectation_id: UUID
) -> None:
    try:
        row = await expectations.require(connection, tenant_id, expectation_id)
    except ExpectationNotFound:
        row = None
    if row is None or row["account_id"] != account_id:
        problem = FieldProblem("/expectation_id", "unknown_expectation", "names no requirement of the account")
        raise UnusableAppraisalAction("see the account's expectations", errors=[problem])


async def page(
    connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of an appraisal's actions, what is due first first."""
    await require(connection, tenant_id, appraisal_id)
    rows = (await connection.execute(LISTED.page(queries.actions_of(tenant_id, appraisal_id), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def find(connection: AsyncConnection, tenant_id: TenantId, action_id: UUID) -> RowMapping:
    """An action with what its owner is called; raises AppraisalActionNotFound."""
    row = await queries.one_action(connection, tenant_id, action_id)
    if row is None:
        raise AppraisalActionNotFound(f"action {action_id}")
    return row


async def change(  # which action is changed how, when, and what was read
    connection: AsyncConnection,
    caller: Caller,
    action_id: UUID,
    given: Mapping[str, Any],
    on: date | None,
    *,
    version: int | None,
) -> RowMapping:
    """Move an action on, or say more of it; one that fails has the appraisal looked at anew.

    given: `state`, `title`, `due_on`, `note`. on: the day of the move, today when not given.
    """
    tenant_id = caller.tenant_id
    appraisal, before = await _held(connection, tenant_id, action_id, version)
    fields = {name: value for name, value in given.items() if value is not None and value != before[name]}
    if not fields:
        return await find(connection, tenant_id, action_id)
    if "due_on" in fields:
        check_day(fields["due_on"], appraisal["opened_on"], "the day on which it was opened", pointer="/due_on")
    if "state" in fields:
        check_action_move(before["state"], fields["state"])
        day = day_asked(on, today(), pointer="/on")
        check_day(day, appraisal["opened_on"], "the day on which the appraisal was opened")
        fields |= {"closed_on": day} if fields["state"] in ENDED else {}

    await queries.change_action(connection, tenant_id, action_id, fields)
    after = await find(connection, tenant_id, action_id)
    await _follow(connection, appraisal, after)
    if "state" in fields:
        await _tell(connection, after, before["state"], AccountId(appraisal["account_id"]))
    return after


async def _held(
    connection: AsyncConnection, tenant_id: TenantId, action_id: UUID, version: int | None
) -> tuple[RowMapping, RowMapping]:
    """The appraisal and its action, both held, always in this order, so that no two wait for each other."""
    known = await queries.find_action(connection, tenant_id, action_id)
    if known is None:
        raise AppraisalActionNotFound(f"action {action_id}")
    appraisal = await held(connection, tenant_id, known["appraisal_id"])
    row = await queries.find_action(connection, tenant_id, action_id, lock=True)
    if row is None:
        raise AppraisalActionNotFound(f"action {action_id}")
    if version is not None and version != row["version"]:
        raise AppraisalActionChanged(f"it has version {row['version']} by now")
    return appraisal, row


async def _follow(connection: AsyncConnection, appraisal: RowMapping, action: RowMapping) -> None:
    """The appraisal follows its action: to a later day, and to a second look where it failed."""
    fields: dict[str, Any] = {"due_on": action["due_on"]} if action["due_on"] > appraisal["due_on"] else {}
    failed = action["state"] == "failed" and appraisal["state"] == "action_plan"
    if failed:
        fields |= {"state": "reevaluation", "reevaluation_on": action["closed_on"]}
    if fields:
        await queries.change(connection, appraisal["tenant_id"], appraisal["id"], fields)
    if failed:
        states = {"previous": appraisal["state"], "current": fields["state"]}
        told = {
            "account_id": str(appraisal["account_id"]),
            **states,
            "on": action["closed_on"].isoformat(),
            "why": "failed",
        }
        await events.record(
            connection, appraisal["tenant_id"], "appraisal.reevaluation", "appraisal", appraisal["id"], told
        )


async def _tell(connection: AsyncConnection, action: RowMapping, before: str | None, account_id: AccountId) -> None:
    told = {
        "appraisal_id": str(action["appraisal_id"]),
        "account_id": str(account_id),
        "side": action["side"],
        "title": action["title"],
        "due_on": action["due_on"].isoformat(),
        "previous": before,
        "current": action["state"],
    }
    type_ = f"appraisal_action.{action['state']}"
    await events.record(connection, action["tenant_id"], type_, "appraisal_action", action["id"], told)
