"""SQL of early warnings: how they stand, what an evaluation changes, and the lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Integer, Select, Text, Uuid, case, column, func, select, table, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import account_warnings
from app.kernel.ids import AccountId, TenantId

_accounts = table("accounts", *(column(name, Uuid) for name in ("tenant_id", "id", "kam_user_id")),
                  column("name", Text), column("removed_at"))  # fmt: skip
columns = account_warnings.c
SEVERITY = case({"low": 1, "medium": 2, "high": 3}, value=columns.severity).cast(Integer)


@dataclass(frozen=True, slots=True)
class Opened:
    """A warning that begins."""

    id: UUID
    account_id: AccountId
    code: str
    severity: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """What an evaluation makes of a live warning; evidence: None where it is as it was."""

    id: UUID
    seen: bool
    cleared: bool
    clean_days: int
    evidence: Mapping[str, Any] | None


async def standing(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> Sequence[RowMapping]:
    """The accounts' warnings that are live, or were resolved by what was found on a later day."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "account_ids": list(account_ids)}
    return (await connection.execute(_STANDING, values)).mappings().all()


_STANDING = text(
    "SELECT id, account_id, code, state, clean_days, first_seen_on, evaluated_on, evidence -> 'ways' AS ways,"
    " evidence -> 'figures' AS figures FROM account_warnings"
    " WHERE tenant_id = :tenant_id AND account_id = ANY(CAST(:account_ids AS uuid[]))"
    " AND (state <> 'resolved' OR evaluated_on > :as_of)"
)


async def looked_at_later(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> set[AccountId]:
    """Which of the accounts were judged for a later day already."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "account_ids": list(account_ids)}
    return {AccountId(row.account_id) for row in await connection.execute(_LATER, values)}


_LATER = text(
    "SELECT account_id FROM account_health WHERE tenant_id = :tenant_id"
    " AND account_id = ANY(CAST(:account_ids AS uuid[])) AND as_of > :as_of"
)


async def open_all(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, opened: Sequence[Opened]
) -> set[UUID]:
    """Let warnings begin; returns those that did: another evaluation may have been quicker."""
    values = {
        "tenant_id": tenant_id,
        "as_of": as_of,
        "ids": [one.id for one in opened],
        "account_ids": [one.account_id for one in opened],
        "codes": [one.code for one in opened],
        "severities": [one.severity for one in opened],
        "evidence": [_json(one.evidence) for one in opened],
    }
    return {row.id for row in await connection.execute(_OPEN, values)}


def _json(evidence: Mapping[str, Any]) -> str:
    return orjson.dumps(evidence, default=str).decode()  # ids come as the driver has them


_OPEN = text(
    "INSERT INTO account_warnings (tenant_id, id, account_id, code, severity, evidence, first_seen_on, last_seen_on,"
    "  evaluated_on)"
    " SELECT :tenant_id, e.id, e.account_id, e.code, e.severity, CAST(e.evidence AS jsonb),"
    "  CAST(:as_of AS date), CAST(:as_of AS date), CAST(:as_of AS date)"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:account_ids AS uuid[]), CAST(:codes AS text[]),"
    "  CAST(:severities AS text[]), CAST(:evidence AS text[])) AS e(id, account_id, code, severity, evidence)"
    " ON CONFLICT (tenant_id, account_id, code) WHERE state <> 'resolved' DO NOTHING RETURNING id"
)


async def move_all(connection: AsyncConnection, tenant_id: TenantId, as_of: date, moved: Sequence[Moved]) -> set[UUID]:
    """Store what the evaluation of a day found of live warnings; returns those that are over by it."""
    values = {
        "tenant_id": tenant_id,
        "as_of": as_of,
        "ids": [one.id for one in moved],
        "seen": [one.seen for one in moved],
        "cleared": [one.cleared for one in moved],
        "clean_days": [one.clean_days for one in moved],
        "evidence": [one.evidence and _json(one.evidence) for one in moved],
    }
    return {row.id for row in await connection.execute(_MOVE, values) if row.state == "resolved"}


_MOVE = text(
    "UPDATE account_warnings w SET evaluated_on = CAST(:as_of AS date), clean_days = e.clean_days,"
    "  last_seen_on = CASE WHEN e.seen THEN CAST(:as_of AS date) ELSE w.last_seen_on END,"
    "  evidence = coalesce(CAST(e.evidence AS jsonb), w.evidence),"
    "  state = CASE WHEN e.cleared THEN 'resolved' ELSE w.state END,"
    "  resolved_on = CASE WHEN e.cleared THEN CAST(:as_of AS date) END,"
    "  version = w.version + 1, updated_at = now()"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:seen AS bool[]), CAST(:cleared AS bool[]), CAST(:clean_days AS int[]),"
    "  CAST(:evidence AS text[])) AS e(id, seen, cleared, clean_days, evidence)"
    " WHERE w.tenant_id = :tenant_id AND w.id = e.id AND w.state <> 'resolved' RETURNING w.id, w.state"
)


def warnings_of(tenant_id: TenantId, wanted: Mapping[str, Any]) -> Select[Any]:
    """The warnings of accounts that are there, with their names and KAMs; wanted: by column, one of these values."""
    statement = (
        select(account_warnings, _accounts.c.name.label("account_name"), _accounts.c.kam_user_id)
        .join(_accounts, (_accounts.c.tenant_id == columns.tenant_id) & (_accounts.c.id == columns.account_id))
        .where(columns.tenant_id == tenant_id, _accounts.c.tenant_id == tenant_id, _accounts.c.removed_at.is_(None))
    )
    for name, values in wanted.items():
        asked = _accounts.c.kam_user_id if name == "kam_user_id" else columns[name]
        statement = statement.where(asked.in_(values))
    return statement


async def find(connection: AsyncConnection, tenant_id: TenantId, warning_id: UUID) -> RowMapping | None:
    """One warning, as the list has it."""
    statement = warnings_of(tenant_id, {}).where(columns.id == warning_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def lock(connection: AsyncConnection, tenant_id: TenantId, warning_id: UUID) -> RowMapping | None:
    """State and version of one warning; nobody else changes it until the transaction ends."""
    statement = select(columns.state, columns.version).where(columns.tenant_id == tenant_id, columns.id == warning_id)
    row: RowMapping | None = (await connection.execute(statement.with_for_update())).mappings().one_or_none()
    return row


async def acknowledge(
    connection: AsyncConnection, tenant_id: TenantId, warning_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(account_warnings)
        .where(columns.tenant_id == tenant_id, columns.id == warning_id)
        .values(**values, version=columns.version + 1, updated_at=func.now())
    )
