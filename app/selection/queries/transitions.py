"""SQL of telling how scores moved: the scores before, what they were made of, and that nobody else scores meanwhile."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, ModelId, TenantId


async def hold(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId | None) -> None:
    """Nobody else keeps a score of the account, or with None of any, until the transaction ends."""
    values: dict[str, Any] = {"tenant_id": str(tenant_id)}
    if account_id is None:
        await connection.execute(_HOLD_ALL, values)
    else:
        await connection.execute(_HOLD_ONE, {**values, "account_id": str(account_id)})


_HOLD_ALL = text("SELECT pg_advisory_xact_lock(hashtextextended('scores ' || :tenant_id, 0))")
_HOLD_ONE = text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('scores ' || :tenant_id, 0)),"
    " pg_advisory_xact_lock(hashtextextended('score ' || :tenant_id || ' ' || :account_id, 0))"
)


async def latest_before(  # whose, judged by which model now, as of when, and whether that is a day of the past
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_ids: Sequence[AccountId],
    model_id: ModelId,
    as_of: date,
    *,
    past: bool,
) -> dict[AccountId, RowMapping]:
    """Each account's newest score that is of `as_of` or earlier.

    base_…: the same under the model, where there is one. told_…: the score that this one is held against when it is
    decided whether it moved. superseded: there is a score of a later day.
    """
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "as_of": as_of}
    rows = await connection.execute(_LATEST, {**values, "model_id": model_id, "past": past})
    return {row["account_id"]: row for row in rows.mappings()}


_BASE: Final = (
    "id", "model_id", "model_version", "as_of", "composite", "opportunity", "alignment", "quadrant", "tier",
)  # fmt: skip
_TOLD: Final = ("id", "model_id", "model_version", "as_of", "composite", "opportunity", "alignment")


def _told(name: str) -> str:
    return f"CASE WHEN t.id IS NOT NULL THEN t.{name} WHEN own.id IS NULL THEN s.{name} ELSE own.{name} END"


_OF_ACCOUNT = "FROM scores WHERE tenant_id = :tenant_id AND account_id = a.account_id"
_NEWEST = "AND as_of <= :as_of{} ORDER BY as_of DESC, id DESC LIMIT 1"
# The model changes rarely: another score is looked for only where the newest is of another model.
_LATEST = text(
    "SELECT a.account_id, s.composite, s.tier, s.as_of,"
    f" {', '.join(f'CASE WHEN own.id IS NULL THEN s.{name} ELSE own.{name} END AS base_{name}' for name in _BASE)},"
    f" {', '.join(f'{_told(name)} AS told_{name}' for name in _TOLD)},"
    f" CAST(:past AS boolean) AND EXISTS (SELECT {_OF_ACCOUNT} AND as_of > :as_of) AS superseded"
    " FROM unnest(CAST(:account_ids AS uuid[])) AS a(account_id)"
    f" CROSS JOIN LATERAL (SELECT {', '.join(_BASE)}, told_id {_OF_ACCOUNT} {_NEWEST.format('')}) AS s"
    f" LEFT JOIN LATERAL (SELECT {', '.join(_BASE)}, told_id {_OF_ACCOUNT}"
    f" {_NEWEST.format(' AND model_id = :model_id AND s.model_id <> :model_id')}) AS own ON true"
    # Looked up one by one: joined as a whole, every score that was ever kept would be read.
    f" LEFT JOIN LATERAL (SELECT {', '.join(_TOLD)} FROM scores WHERE tenant_id = :tenant_id"
    " AND id = CASE WHEN own.id IS NULL THEN s.told_id ELSE own.told_id END LIMIT 1) AS t ON true"
)


async def utilities(connection: AsyncConnection, tenant_id: TenantId, score_ids: Sequence[UUID]) -> list[RowMapping]:
    """What scores were made of: their models and utilities."""
    rows = await connection.execute(_UTILITIES, {"tenant_id": tenant_id, "ids": list(score_ids)})
    return list(rows.mappings())


_UTILITIES = text(
    "SELECT id, model_id, model_version, utilities FROM scores"
    " WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"
)
