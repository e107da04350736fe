"""SQL of tenancy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import InterfaceError, PostgresConnectionError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Database
from app.kernel.ids import KeyId, ModelId, TenantId, UserId
from app.tenancy.core.organization import (
    USUAL_APPRAISAL_DAYS,
    USUAL_CADENCES,
    USUAL_PROPOSAL_STAGES,
    USUAL_ROADBLOCK_DAYS,
    USUAL_TRACKS,
    CustomMetric,
    Organization,
    TrackRule,
    WarningThresholds,
)
from app.tenancy.tables import api_keys, organizations, tenant_directory

HIDDEN = {"digest", "tenant_id", "version", "updated_at"}
KEY_COLUMNS = [column for column in api_keys.columns if column.name not in HIDDEN]


async def key_row(database: Database, public_id: str) -> Mapping[str, Any] | None:
    """The key of a public id, in one round trip; with a replica, also how far the primary has written by then."""
    return await _quickly(database, _KEY if database.replica is None else _KEY_AND_PLACE, public_id)


async def tenant_shown(database: Database, kind: str, handle: str) -> TenantId | None:
    """The tenant that a handle leads to, for those who are not let in yet."""
    row = await _quickly(database, _LEADS, kind, handle)
    return None if row is None else TenantId(row["tenant_id"])


_KEY = "SELECT * FROM authenticate($1)"
# What is acknowledged has been written to disk by then, unless the server is told to acknowledge earlier.
_KEY_AND_PLACE = """SELECT *, CASE
    WHEN pg_is_in_recovery() THEN NULL
    WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()::text
    ELSE pg_current_wal_flush_lsn()::text END AS written
FROM authenticate($1)"""
_LEADS = "SELECT tenant_id FROM tenant_directory WHERE kind = $1 AND handle = $2"


async def _quickly(database: Database, query: str, *arguments: object) -> Mapping[str, Any] | None:
    """One row by the fast lane; a connection that died in the pool is replaced once."""
    for last in (False, True):
        try:
            row = await database.quickly(query, *arguments)
            return None if row is None else dict(row)
        except (InterfaceError, PostgresConnectionError):
            if last:
                raise
    raise AssertionError


async def touch_key(connection: AsyncConnection, tenant_id: TenantId, key_id: UUID) -> None:
    await connection.execute(
        update(api_keys)
        .where(api_keys.c.tenant_id == tenant_id, api_keys.c.id == key_id)
        .values(last_used_at=func.now())
    )


async def organization(connection: AsyncConnection, tenant_id: TenantId, *, lock: bool = False) -> Organization | None:
    statement = select(organizations).where(organizations.c.tenant_id == tenant_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        return None
    return Organization(
        tenant_id=tenant_id,
        name=row.name,
        reporting_currency=row.reporting_currency,
        key_account_revenue_threshold=row.key_account_revenue_threshold,
        stage_probabilities=row.stage_probabilities,
        proposal_stages=tuple(row.proposal_stages) or USUAL_PROPOSAL_STAGES,
        custom_metrics=tuple(CustomMetric(**item) for item in row.custom_metrics),
        tracks={**USUAL_TRACKS, **{name: TrackRule(**rule) for name, rule in row.tracks.items()}},
        warning_thresholds=WarningThresholds(**row.warning_thresholds),
        cadences={**USUAL_CADENCES, **row.cadences},
        roadblock_days={**USUAL_ROADBLOCK_DAYS, **row.roadblock_days},
        appraisal_days={**USUAL_APPRAISAL_DAYS, **row.appraisal_days},
        frame_ancestors=tuple(row.frame_ancestors),
        simulated=row.simulated,
        selection_model_id=row.selection_model_id and ModelId(row.selection_model_id),
        health_model_id=row.health_model_id and ModelId(row.health_model_id),
        version=row.version,
    )


async def add_organization(connection: AsyncConnection, tenant_id: TenantId, name: str, *, simulated: bool) -> None:
    await connection.execute(insert(organizations).values(tenant_id=tenant_id, name=name, simulated=simulated))


async def change_organization(connection: AsyncConnection, tenant_id: TenantId, values: Mapping[str, Any]) -> None:
    await connection.execute(
        update(organizations)
        .where(organizations.c.tenant_id == tenant_id)
        .values(**values, version=organizations.c.version + 1, updated_at=func.now())
    )


async def tenant_of(connection: AsyncConnection, kind: str, handle: str) -> TenantId | None:
    found = await connection.scalar(
        select(tenant_directory.c.tenant_id).where(tenant_directory.c.kind == kind, tenant_directory.c.handle == handle)
    )
    return found and TenantId(found)


async def tenants(connection: AsyncConnection) -> Sequence[TenantId]:
    rows = await connection.scalars(
        select(tenant_directory.c.tenant_id).where(tenant_directory.c.kind == "organization")
    )
    return [TenantId(row) for row in rows]


async def lead(connection: AsyncConnection, kind: str, handle: str, tenant_id: TenantId) -> bool:
    """Let the handle lead to the tenant; False when it is taken."""
    made = await connection.scalar(
        upsert(tenant_directory)
        .values(kind=kind, handle=handle, tenant_id=tenant_id)
        .on_conflict_do_nothing()
        .returning(tenant_directory.c.tenant_id)
    )
    return made is not None


async def lead_no_more(connection: AsyncConnection, kind: str, handle: str, tenant_id: TenantId) -> None:
    await connection.execute(
        delete(tenant_directory).where(
            tenant_directory.c.kind == kind,
            tenant_directory.c.handle == handle,
            tenant_directory.c.tenant_id == tenant_id,
        )
    )


async def add_key(connection: AsyncConnection, values: Mapping[str, Any]) -> Row[Any]:
    return (await connection.execute(insert(api_keys).values(**values).returning(*KEY_COLUMNS))).one()


async def key(connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId) -> Row[Any] | None:
    return (
        await connection.execute(select(*KEY_COLUMNS).where(api_keys.c.tenant_id == tenant_id, api_keys.c.id == key_id))
    ).one_or_none()


async def revoke_key(connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, at: datetime) -> bool:
    done = await connection.scalar(
        update(api_keys)
        .where(api_keys.c.tenant_id == tenant_id, api_keys.c.id == key_id)
        .values(revoked_at=func.coalesce(api_keys.c.revoked_at, at))
        .returning(api_keys.c.id)
    )
    return done is not None


def keys_of(tenant_id: TenantId) -> Any:
    """The selection that a page of keys is cut from."""
    return select(*KEY_COLUMNS).where(api_keys.c.tenant_id == tenant_id)


def user_id(value: UUID | None) -> UserId | None:
    return None if value is None else UserId(value)
