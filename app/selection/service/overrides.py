"""Manual tiers: with a reason, an author and an end; the computed tier is always shown beside them."""

from datetime import date
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

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
    return found


async def withdraw(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, override_id: UUID) -> None:
    """Let the computed tier count again; the manual one stays on record."""
    if not await queries.withdraw_override(connection, tenant_id, account_id, override_id):
        raise OverrideNotFound(str(override_id))


async def page(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of the account's manual tiers, the newest first, ended ones included."""
    rows = (await connection.execute(KEYSET.page(queries.overrides_of(tenant_id, account_id), asked))).all()
    return KEYSET.cut(rows, asked, by_name)
