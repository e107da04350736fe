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
) -> dict[str, list[Any]]:
    """Each account's newest score that is of `as_of` or earlier, as columns of those accounts that have one.

    place: of the account among the ids, from 1. as_on: the score's day, since 1970-01-01. base_…: the same under the
    model, where there is one; own: whether there is. told_…: the score that this one is held against when it is decided
    whether it moved. superseded: there is a score of a later day.
    """
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "as_of": as_of}
    row = (await connection.execute(LATEST, {**values, "model_id": model_id, "past": past})).mappings().one()
    return {name: found or [] for name, found in row.items()}


_TOLD: Final = ("id", "composite", "opportunity", "alignment")
_READ: Final = "id, model_id, as_of, composite, opportunity, alignment, quadrant, tier, told_id"


def _base(name: str) -> str:
    return f"CASE WHEN own.id IS NULL THEN s.{name} ELSE own.{name} END"


def _told(name: str) -> str:
    return f"CASE WHEN t.id IS NOT NULL THEN t.{name} WHEN own.id IS NULL THEN s.{name} ELSE own.{name} END"


# By the account and in this order there is one index to go by, whatever the server knows of the table: of a new
# organization's scores it knows nothing, and would as soon look through all of them for each account.
_OF_ACCOUNT = "FROM scores WHERE tenant_id = :tenant_id AND account_id = a.account_id"
_NEWEST = "ORDER BY as_of DESC, id DESC LIMIT 1"
_COLUMNS: Final = {
    "place": "a.place",
    "composite": "s.composite",
    "tier": "s.tier",
    "as_on": "s.as_of - DATE '1970-01-01'",
    "own": f"{_base('model_id')} = :model_id",
    **{f"base_{name}": _base(name) for name in ("id", "quadrant", "tier")},
    **{f"told_{name}": _told(name) for name in _TOLD},
    "superseded": f"CAST(:past AS boolean) AND (SELECT true {_OF_ACCOUNT} AND as_of > :as_of {_NEWEST}) IS NOT NULL",
}
# The model changes rarely: another score is looked for only where the newest is of another model.
LATEST = text(
    f"SELECT {', '.join(f'array_agg({column}) AS {name}' for name, column in _COLUMNS.items())}"
    " FROM unnest(CAST(:account_ids AS uuid[])) WITH ORDINALITY AS a(account_id, place)"
    f" CROSS JOIN LATERAL (SELECT {_READ} {_OF_ACCOUNT} AND as_of <= :as_of {_NEWEST}) AS s"
    f" LEFT JOIN LATERAL (SELECT {_READ} {_OF_ACCOUNT} AND as_of <= :as_of"
    f" AND model_id = :model_id AND s.model_id <> :model_id {_NEWEST}) AS own ON true"
    # Looked up one by one: joined as a whole, every score that was ever kept would be read.
    f" LEFT JOIN LATERAL (SELECT {', '.join(_TOLD)} {_OF_ACCOUNT}"
    f" AND id = {_base('told_id')} {_NEWEST}) AS t ON true"
)


async def utilities(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], score_ids: Sequence[UUID]
) -> list[RowMapping]:
    """What scores of accounts, one of each, were made of: their models and utilities."""
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "ids": list(score_ids)}
    return list((await connection.execute(UTILITIES, values)).mappings())


UTILITIES = text(
    "SELECT s.* FROM unnest(CAST(:account_ids AS uuid[]), CAST(:ids AS uuid[])) AS a(account_id, id)"
    f" CROSS JOIN LATERAL (SELECT id, model_id, model_version, as_of, utilities {_OF_ACCOUNT} AND id = a.id {_NEWEST})"
    " AS s"
)
