"""What is done about an appraisal: diagnosed, told to the customer, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.calibration.service.references import check_contact
from app.events import service as events
from app.kernel.errors import Conflict, Stale
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import day_asked
from app.retiering.core.appraisals import Outcome, check_day, check_live, check_outcome
from app.retiering.queries import appraisals as queries
from app.retiering.service.appraisals import require, today, told_of, told_of_closed
from app.retiering.service.finding import findings
from app.tenancy.core.caller import Caller

# What may be emptied again.
_CLEARABLE: Final = ("diagnosis", "diagnosis_note", "owner_user_id")


class AppraisalChanged(Stale):
    """The appraisal has changed since it was read."""


class CustomerHasHeard(Conflict):
    """The first contact with the customer is on record already."""


@dataclass(frozen=True, slots=True)
class Closing:
    """How an appraisal ends, on which day (today when not given), and what there is to say of it."""

    outcome: Outcome
    on: date | None = None
    note: str | None = None


async def held(
    connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID, version: int | None = None
) -> RowMapping:
    """The row of an appraisal that is not closed, held for who changes it; raises AppraisalChanged, AppraisalClosed."""
    row = await require(connection, tenant_id, appraisal_id, lock=True)
    if version is not None and version != row["version"]:
        raise AppraisalChanged(f"it has version {row['version']} by now")
    check_live(row["state"])
    return row


async def change(
    connection: AsyncConnection, caller: Caller, appraisal_id: UUID, given: Mapping[str, Any], *, version: int | None
) -> None:
    """Say why what is missed is missed, who sees to it, and by when; what changes nothing leaves no trace."""
    before = await held(connection, caller.tenant_id, appraisal_id, version)
    fields = {
        name: value
        for name, value in given.items()
        if (value is not None or name in _CLEARABLE) and value != before[name]
    }
    if fields.get("owner_user_id") is not None:
        owner = UserId(fields["owner_user_id"])
        await people.people(connection, caller.tenant_id, [owner], pointer="/owner_user_id")
    if "due_on" in fields:
        due = [row["due_on"] for row in await queries.states_of_actions(connection, caller.tenant_id, appraisal_id)]
        check_day(fields["due_on"], before["opened_on"], "the day on which it was opened", pointer="/due_on")
        check_day(fields["due_on"], max(due, default=fields["due_on"]), "the last day of its plan", pointer="/due_on")
    if fields:
        await queries.change(connection, caller.tenant_id, appraisal_id, fields)


async def contacted(  # who of the customer heard of which appraisal when, and what was read
    connection: AsyncConnection,
    caller: Caller,
    appraisal_id: UUID,
    contact_id: UUID,
    on: date | None,
    *,
    version: int | None,
) -> None:
    """Say when the customer first heard of it, and who did; that is said once."""
    tenant_id = caller.tenant_id
    row = await held(connection, tenant_id, appraisal_id, version)
    if row["contacted_on"] is not None:
        raise CustomerHasHeard(f"on {row['contacted_on']}")
    day = day_asked(on, today(), pointer="/on")
    check_day(day, row["first_sign_on"], "the day of the first sign")
    await check_contact(connection, tenant_id, AccountId(row["account_id"]), contact_id, pointer="/contact_id")
    made = await queries.change(connection, tenant_id, appraisal_id, {"contacted_on": day, "contact_id": contact_id})
    told = {**told_of(made), "contact_id": str(contact_id), "days": (day - row["first_sign_on"]).days}
    await events.record(connection, tenant_id, "appraisal.contacted", "appraisal", appraisal_id, told)


async def close(
    connection: AsyncConnection, caller: Caller, appraisal_id: UUID, closing: Closing, *, version: int | None
) -> None:
    """End an appraisal with an outcome that the record bears out."""
    tenant_id = caller.tenant_id
    row = await held(connection, tenant_id, appraisal_id, version)
    account_id = AccountId(row["account_id"])
    day = day_asked(closing.on, today(), pointer="/on")
    check_day(day, _last_day(row), "the day of what happened last")

    actions = await queries.states_of_actions(connection, tenant_id, appraisal_id)
    found = (await findings(connection, tenant_id, [account_id], day))[account_id]
    decided = await queries.decided_since(connection, tenant_id, account_id, row["opened_on"])
    check_outcome(closing.outcome, found, [action["state"] for action in actions], decided=decided)

    values = {"state": "closed", "closed_on": day, "outcome": closing.outcome, "note": closing.note}
    made = await queries.change(connection, tenant_id, appraisal_id, values)
    await events.record(connection, tenant_id, "appraisal.closed", "appraisal", appraisal_id, told_of_closed(made))


def _last_day(row: RowMapping) -> date:
    days: list[date] = [row[name] for name in ("opened_on", "contacted_on", "reevaluation_on") if row[name] is not None]
    return max(days)
