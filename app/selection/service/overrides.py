"""Manual tiers: with a reason, an author and an end; the computed tier is always shown beside them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem, Invalid, NotFound
from app.kernel.ids import AccountId, TenantId, new_id
from app.selection import queries
from app.selection.service import models
from app.selection.service.keeping import today
from app.selection.tables import tier_overrides
from app.tenancy.core.caller import Caller

KEYSET = Keyset({"created_at": tier_overrides.c.created_at}, tiebreak=tier_overrides.c.id, default="-created_at")


class OverrideNotFound(NotFound):
    """No such manual tier."""


class UnusableOverride(Invalid):
    """The manual tier cannot hold so."""


async def add(  # noqa: PLR0913  # what holds, for whom, why and how long
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    caller: Caller,
    *,
    tier: str,
    reason: str,
    until_on: date,
) -> RowMapping:
    """Let a tier hold from today on, whatever is computed, until the day given."""
    names = (await models.to_use(connection, tenant_id, None)).model.tier_names
    problems = []
    if tier not in names:
        problems.append(FieldProblem("/tier", "unknown_tier", f"is none of {', '.join(names)}"))
    if until_on < today():
        problems.append(FieldProblem("/until_on", "in_the_past", "must not lie before today"))
    if problems:
        raise UnusableOverride(problems[0].message, errors=problems)
    values = {
        "tenant_id": tenant_id,
        "id": new_id(),
        "account_id": account_id,
        "tier": tier,
        "reason": reason,
        "user_id": caller.user_id,
        "key_id": caller.key_id,
        "from_on": today(),
        "until_on": until_on,
    }
    await queries.add_override(connection, values)
    found = await queries.override(connection, tenant_id, account_id, today())
    assert found is not None
    await _tell(connection, tenant_id, "tier_override.added", values)
    return found


async def withdraw(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, override_id: UUID) -> None:
    """Let the computed tier count again; the manual one stays on record."""
    row = await queries.held_override(connection, tenant_id, account_id, override_id)
    if row is None:
        raise OverrideNotFound(str(override_id))
    if row["withdrawn_at"] is None:
        await queries.withdraw_override(connection, tenant_id, override_id)
        await _tell(connection, tenant_id, "tier_override.withdrawn", row)


async def _tell(connection: AsyncConnection, tenant_id: TenantId, type_: str, row: Mapping[Any, Any]) -> None:
    told = {
        "account_id": str(row["account_id"]),
        "tier": row["tier"],
        "from_on": row["from_on"].isoformat(),
        "until_on": row["until_on"].isoformat(),
        "user_id": row["user_id"] and str(row["user_id"]),
    }
    await events.record(connection, tenant_id, type_, "tier_override", row["id"], told)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of the account's manual tiers, the newest first, ended ones included."""
    rows = (await connection.execute(KEYSET.page(queries.overrides_of(tenant_id, account_id), asked))).all()
    return KEYSET.cut(rows, asked, by_name)
