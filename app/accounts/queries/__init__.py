"""SQL of facts beyond what every kind of record shares: what belongs to records and is kept elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Text, any_, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, engagement_contacts, opportunities_past
from app.infra.records.kind import Columns
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId


async def standing_for(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> AccountId | None:
    """The account of this id, or the one that it was merged into."""
    found = await connection.scalar(
        select(func.coalesce(accounts.c.merged_into_id, accounts.c.id)).where(
            accounts.c.tenant_id == tenant_id, accounts.c.id == account_id
        )
    )
    return found and AccountId(found)


async def account_named(
    connection: AsyncConnection, tenant_id: TenantId, source: str, external_id: str
) -> AccountId | None:
    """The account that another system knows by this id, or the one that it was merged into."""
    found = await connection.scalar(
        select(func.coalesce(accounts.c.merged_into_id, accounts.c.id)).where(
            accounts.c.tenant_id == tenant_id, accounts.c.source == source, accounts.c.external_id == external_id
        )
    )
    return found and AccountId(found)


async def ids_named(
    connection: AsyncConnection, tenant_id: TenantId, table: Table, source: str, external_ids: Sequence[str]
) -> dict[str, UUID]:
    """The records of a table that another system knows by these ids; of merged ones those that stand for them."""
    columns = table.c
    record_id = func.coalesce(columns.merged_into_id, columns.id) if "merged_into_id" in columns else columns.id
    wanted = bindparam(None, list(external_ids), type_=ARRAY(Text))
    rows = await connection.execute(
        select(columns.external_id, record_id).where(
            columns.tenant_id == tenant_id, columns.source == source, columns.external_id == any_(wanted)
        )
    )
    return {row[0]: row[1] for row in rows}


async def account_names(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[AccountId]
) -> dict[AccountId, str]:
    rows = await connection.execute(
        text("SELECT id, name FROM accounts WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"),
        {"tenant_id": tenant_id, "ids": list(ids)},
    )
    return {AccountId(row.id): row.name for row in rows}


async def hold_parents(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Let nobody else change parents until the transaction ends: two changes, each without a circle, may make one."""
    await connection.execute(_HOLD_PARENTS, {"tenant_id": str(tenant_id)})


_HOLD_PARENTS = text("SELECT pg_advisory_xact_lock(hashtextextended('account parents ' || :tenant_id, 0))")


async def own_ancestors(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> bool:
    """Whether one of the accounts stands above itself."""
    found = await connection.scalar(_OWN_ANCESTORS, {"tenant_id": tenant_id, "ids": list(ids)})
    return found is not None


_OWN_ANCESTORS = text(
    "WITH RECURSIVE up(start, id) AS ("
    " SELECT id, parent_id FROM accounts WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"
    " UNION"
    " SELECT up.start, a.parent_id FROM up JOIN accounts a ON a.tenant_id = :tenant_id AND a.id = up.id"
    ") SELECT start FROM up WHERE id = start LIMIT 1"
)


async def past_deals(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> Mapping[UUID, Columns]:
    """The earlier states of deals, oldest first."""
    columns = [column for column in opportunities_past.columns if column.name != "tenant_id"]
    rows = await connection.execute(
        select(*columns)
        .where(opportunities_past.c.tenant_id == tenant_id, among(opportunities_past.c.id, ids))
        .order_by(opportunities_past.c.valid_from)
    )
    past: dict[UUID, list[Columns]] = {record_id: [] for record_id in ids}
    for row in rows.mappings():
        past[row["id"]].append(dict(row))
    return {record_id: {"past": states} for record_id, states in past.items()}


async def participants(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> Mapping[UUID, Columns]:
    """Who took part in engagements."""
    contacts = engagement_contacts.c
    rows = await connection.execute(
        select(contacts.engagement_id, contacts.contact_id)
        .where(contacts.tenant_id == tenant_id, among(contacts.engagement_id, ids))
        .order_by(contacts.contact_id)
    )
    present: dict[UUID, list[UUID]] = {record_id: [] for record_id in ids}
    for row in rows:
        present[row.engagement_id].append(row.contact_id)
    return {record_id: {"contact_ids": people} for record_id, people in present.items()}


async def save_participants(connection: AsyncConnection, tenant_id: TenantId, children: Mapping[UUID, Columns]) -> None:
    given = {record_id: saved["contact_ids"] for record_id, saved in children.items() if "contact_ids" in saved}
    if not given:
        return
    table = engagement_contacts
    await connection.execute(
        delete(table).where(table.c.tenant_id == tenant_id, among(table.c.engagement_id, list(given)))
    )
    pairs = [(record_id, person) for record_id, people in given.items() for person in people]
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "engagements": [record_id for record_id, _ in pairs],
        "contacts": [person for _, person in pairs],
    }
    await connection.execute(
        text(
            "INSERT INTO engagement_contacts (tenant_id, engagement_id, contact_id)"
            " SELECT CAST(:tenant_id AS uuid), engagement, contact"
            " FROM unnest(CAST(:engagements AS uuid[]), CAST(:contacts AS uuid[])) AS given(engagement, contact)"
        ),
        values,
    )
