"""Saves plans: each save that says something else is a version; a plan that is put away stays to be read."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.accounts.service.people import Person
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.planning.core.consistency import check_document
from app.planning.core.differences import differences, is_substantive, said
from app.planning.core.documents import Document, is_empty
from app.planning.core.horizon import check_horizon
from app.planning.queries import plans as queries
from app.planning.service import references
from app.planning.service.plans import (
    ACTIVE,
    PlanChanged,
    PlanId,
    PlanVersionNeeded,
    require_active,
    said_of,
    tell,
    today,
    version_of,
)
from app.tenancy.core.caller import Caller


@dataclass(frozen=True, slots=True)
class Wanted:
    """A plan as it is to be saved; `document` as plain JSON, checked for its shape."""

    document: Document
    starts_on: date
    ends_on: date
    note: str | None = None
    user_id: UserId | None = None


async def save(
    connection: AsyncConnection,
    caller: Caller,
    account_id: AccountId,
    wanted: Wanted,
    *,
    version: int | None,
    on: date | None = None,
) -> bool:
    """Save the plan as a new version, or as the account's first; whether a version was made.

    What says the same as the newest version makes none, so that a save may be repeated. on: the day it is saved, today
    when not given. Raises PlanChanged where `version` is not that of the plan, and PlanVersionNeeded where a plan that
    is there would change and no `version` was read.
    """
    tenant_id = caller.tenant_id
    check_horizon(wanted.starts_on, wanted.ends_on)
    check_document(wanted.document)
    row = await queries.of_account(connection, tenant_id, account_id, lock=True)
    live = row if row is not None and row["state"] == ACTIVE else None
    if version is not None and version != (0 if live is None else live["version"]):
        raise PlanChanged("there is no plan" if live is None else f"it has version {live['version']} by now")
    before = None if live is None else await version_of(connection, tenant_id, live["id"], live["newest"])
    who = await author(connection, caller, wanted.user_id)
    await _check_references(connection, tenant_id, account_id, wanted.document, before)

    changed = None if before is None else differences(said_of(before), _said_of(wanted))
    if changed is not None and not changed:
        return False
    if live is not None and version is None:
        raise PlanVersionNeeded("there is a plan: send If-Match with the ETag of what you read")
    substantive = not is_empty(wanted.document) if changed is None else is_substantive(changed)

    plan_id = await _kept(connection, tenant_id, account_id, live, wanted)
    number = 1 if live is None else live["newest"] + 1
    written = {"number": number, "substantive": substantive}
    values = {
        **written,
        "tenant_id": tenant_id,
        "plan_id": plan_id,
        "document": dict(wanted.document),
        "starts_on": wanted.starts_on,
        "ends_on": wanted.ends_on,
        "note": wanted.note,
        "saved_on": on or today(),
        "user_id": who and who.id,
        "function": who and who.function,
        "key_id": caller.key_id,
    }
    await queries.add_version(connection, values)
    await tell(connection, tenant_id, "plan.saved", plan_id, account_id, written)
    return True


async def author(connection: AsyncConnection, caller: Caller, user_id: UserId | None) -> Person | None:
    """The person behind a change, where one is known: programs save plans, too."""
    if user_id is None and caller.user_id is None:
        return None
    return await people.speaker(connection, caller, user_id)


async def _check_references(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    document: Document,
    before: RowMapping | None,
) -> None:
    """What the version before named already may have gone since: it is not in the way of saving."""
    known = set() if before is None else {place[1:] for place in references.of_document(before["document"])}
    fresh = [place for place in references.of_document(document) if place[1:] not in known]
    await references.check(connection, tenant_id, account_id, fresh)


def _said_of(wanted: Wanted) -> dict[str, Any]:
    return said(wanted.document, wanted.starts_on.isoformat(), wanted.ends_on.isoformat())


async def _kept(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    live: RowMapping | None,
    wanted: Wanted,
) -> PlanId:
    horizon = {"starts_on": wanted.starts_on, "ends_on": wanted.ends_on}
    if live is not None:
        await queries.change(connection, tenant_id, live["id"], {**horizon, "newest": live["newest"] + 1})
        return PlanId(live["id"])
    values = {"tenant_id": tenant_id, "id": new_id(), "account_id": account_id, "newest": 1, **horizon}
    return PlanId((await queries.add(connection, values))["id"])


async def archive(connection: AsyncConnection, caller: Caller, account_id: AccountId, *, version: int) -> None:
    """Put the plan away: it stays to be read, counts no longer, and another may take its place."""
    row = await require_active(connection, caller.tenant_id, account_id)
    if version != row["version"]:
        raise PlanChanged(f"it has version {row['version']} by now")
    gone = {"state": "archived", "archived_at": datetime.now(UTC)}
    await queries.change(connection, caller.tenant_id, row["id"], gone)
    await tell(connection, caller.tenant_id, "plan.archived", row["id"], account_id, {"number": row["newest"]})
