"""Appraisals of key status: found, and opened with what is found of the account on the day."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.events import service as events
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import AccountId, KeyId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.retiering.core.appraisals import check_day
from app.retiering.core.findings import Findings, kept
from app.retiering.core.schedule import settle_by
from app.retiering.core.signs import Sign, signs
from app.retiering.queries import appraisals as queries
from app.retiering.service.finding import findings
from app.selection.core.lifecycle import IN_PROGRAM
from app.selection.service import lifecycle
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller


class AppraisalNotFound(NotFound):
    """No such appraisal."""


class AppraisalUnderWay(Conflict):
    """The account is being appraised already."""


class NotInProgram(Conflict):
    """The account is not in the program, so that there is no status to be appraised."""


@dataclass(frozen=True, slots=True)
class NewAppraisal:
    """An appraisal that somebody opens; days that are not given follow from the day of opening, which is today."""

    reason: str | None = None
    opened_on: date | None = None
    first_sign_on: date | None = None
    due_on: date | None = None
    owner_user_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """An appraisal about to be opened: what set it off, what was found, and what else was seen or said."""

    account_id: AccountId
    sign: Sign
    found: Findings
    opened_on: date
    due_on: date
    owner_user_id: UserId | None = None
    key_id: KeyId | None = None
    seen: Sequence[Sign] = field(default_factory=tuple)
    reason: str | None = None

    def row(self, tenant_id: TenantId) -> dict[str, Any]:
        told = {"signs": [asdict(sign) for sign in self.seen], "reason": self.reason}
        return {
            "tenant_id": tenant_id,
            "id": new_id(),
            "account_id": self.account_id,
            "trigger": self.sign.trigger,
            "opened_on": self.opened_on,
            "first_sign_on": self.sign.on,
            "due_on": self.due_on,
            "findings": kept(self.found, told),
            "owner_user_id": self.owner_user_id,
            "key_id": self.key_id,
        }


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def require(
    connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID, *, lock: bool = False
) -> RowMapping:
    """The row of an appraisal; raises AppraisalNotFound."""
    row = await queries.find(connection, tenant_id, appraisal_id, lock=lock)
    if row is None:
        raise AppraisalNotFound(f"appraisal {appraisal_id}")
    return row


async def live(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> RowMapping | None:
    """The account's appraisal that is not closed, if there is one."""
    return await queries.live(connection, tenant_id, account_id)


async def open_one(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, asked: NewAppraisal
) -> RowMapping:
    """Open an appraisal of an account in the program; raises AppraisalUnderWay where one is open already."""
    tenant_id = caller.tenant_id
    on = day_asked(asked.opened_on, today(), pointer="/on")
    sign_on = asked.first_sign_on or on
    check_day(on, sign_on, "the day of its first sign")
    due_on = asked.due_on or settle_by(on)
    check_day(due_on, on, "the day on which it is opened", pointer="/due_on")
    await _check_appraisable(connection, tenant_id, account_id, on)
    owner = await _owner(connection, tenant_id, account_id, asked.owner_user_id)

    found = (await findings(connection, tenant_id, [account_id], on))[account_id]
    used_below = (await tenancy.organization(connection, tenant_id)).warning_thresholds.resources_used_below
    opening = Opening(
        account_id, Sign("manual", sign_on, sign_on, {}), found, on, due_on, owner, caller.key_id,
        signs(found, used_below=used_below, last_word_on=None), asked.reason,
    )  # fmt: skip
    made = await open_all(connection, tenant_id, [opening])
    if not made:
        raise AppraisalUnderWay("two callers opened one at the same time")
    return made[0]


async def _owner(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, named: UserId | None
) -> UserId | None:
    """Who sees to it: who is named, else the account's KAM."""
    if named is None:
        return await queries.kam_of(connection, tenant_id, account_id)
    await people.people(connection, tenant_id, [named], pointer="/owner_user_id")
    return named


async def _check_appraisable(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, on: date) -> None:
    standing = (await lifecycle.placed(connection, tenant_id, account_id)).standing
    if standing.state not in IN_PROGRAM:
        raise NotInProgram(f"it is {standing.state}; appraised are {', '.join(IN_PROGRAM)}")
    last_on = await queries.last_closed_on(connection, tenant_id, account_id)
    if last_on is not None:
        check_day(on, last_on, "the day on which the last one was closed")
    under_way = await live(connection, tenant_id, account_id)
    if under_way is not None:
        raise AppraisalUnderWay(f"appraisal {under_way['id']} is {under_way['state']}")


async def open_all(
    connection: AsyncConnection, tenant_id: TenantId, openings: Sequence[Opening]
) -> Sequence[RowMapping]:
    """Open appraisals, and tell of each; who has one open gets no other; so many statements, however many."""
    if not openings:
        return []
    made = await queries.add_all(connection, [opening.row(tenant_id) for opening in openings])
    told = [(row["id"], {**told_of(row), "trigger": row["trigger"]}) for row in made]
    await events.record_all(connection, tenant_id, "appraisal.opened", "appraisal", told)
    return made


def told_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What events tell of an appraisal."""
    days = {name: row[name].isoformat() for name in ("first_sign_on", "due_on")}
    return {"appraisal_id": str(row["id"]), "account_id": str(row["account_id"]), **days}


def told_of_closed(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What the event of a closed appraisal tells."""
    return {**told_of(row), "outcome": row["outcome"], "on": row["closed_on"].isoformat()}
