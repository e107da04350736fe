"""SQL of hygiene and health: the day's rows, where accounts stand, and how that came about."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import health_scores
from app.kernel.ids import AccountId, TenantId

# What a day's row holds, in the order of the lines that `keep` takes.
COLUMNS: Final = (
    "tenant_id", "account_id", "as_of", "model_id", "model_version", "inputs", "utilities", "fact_counts", "facts_on",
    "hygiene", "hygiene_low", "hygiene_high", "hygiene_coverage", "health", "health_low", "health_high",
    "health_coverage", "quadrant", "provisional",
)  # fmt: skip
FIGURES: Final = COLUMNS[9:]
_KEY: Final = ("tenant_id", "account_id", "as_of")
# A change over 30 days is one since the newest score that is at least so old, and at most twice as old.
SPANS: Final = (30, 90)


async def locked_standing(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId]
) -> dict[AccountId, RowMapping]:
    """Where accounts stand, held against others who would judge them at the same time."""
    rows = await connection.execute(_LOCKED, {"tenant_id": tenant_id, "account_ids": list(account_ids)})
    return {AccountId(row["account_id"]): row for row in rows.mappings()}


_LOCKED = text(
    "SELECT account_id, as_of, quadrant FROM account_health WHERE tenant_id = :tenant_id"
    " AND account_id = ANY(CAST(:account_ids AS uuid[])) ORDER BY account_id FOR UPDATE"
)


async def keep(connection: AsyncConnection, lines: Sequence[str]) -> None:
    """Day's rows as lines of `app.kernel.copy_text` that hold no character to be escaped; the last word counts."""
    await connection.execute(_KEEP, {"lines": list(lines)})


def _keep() -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
    fields = ", ".join(
        f"CAST(f.field[{place}] AS {health_scores.c[name].type.compile(dialect)})"
        for place, name in enumerate(COLUMNS, 1)
    )
    changed = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _KEY)
    return (
        f"INSERT INTO health_scores ({', '.join(COLUMNS)}) SELECT {fields}"
        " FROM unnest(CAST(:lines AS text[])) AS l(line)"
        r" CROSS JOIN LATERAL string_to_array(l.line, E'\t', E'\\N') AS f(field)"
        f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {changed}, updated_at = now(),"
        " version = health_scores.version + 1"
    )


_KEEP = text(_keep())


async def move_standing(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date
) -> None:
    """Let the day's rows be where accounts stand, unless they stand by a later one."""
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "as_of": as_of}
    await connection.execute(_MOVE, values)


# The quadrant's first day follows from where the account stood, where that is of the same quadrant; else from history.
_BEFORE = (
    " LEFT JOIN LATERAL (SELECT as_of, quadrant, hygiene, health FROM health_scores WHERE tenant_id = :tenant_id"
    "  AND account_id = n.account_id AND as_of < n.as_of ORDER BY as_of DESC LIMIT 1) AS previous ON true"
) + "".join(
    f" LEFT JOIN LATERAL (SELECT hygiene, health FROM health_scores WHERE tenant_id = :tenant_id"
    f"  AND account_id = n.account_id AND as_of <= n.as_of - {days} AND as_of >= n.as_of - {2 * days}"
    f"  ORDER BY as_of DESC LIMIT 1) AS past_{days} ON true"
    for days in SPANS
)
_CHANGES = ", ".join(
    f"n.{side} - {since}.{side}" for side in ("hygiene", "health") for since in ("previous", "past_30", "past_90")
)
_CHANGED = ("hygiene_delta", "hygiene_30", "hygiene_90", "health_delta", "health_30", "health_90")
_SINCE = (
    "(SELECT min(as_of) FROM health_scores WHERE tenant_id = :tenant_id AND account_id = n.account_id"
    " AND as_of > coalesce((SELECT max(as_of) FROM health_scores WHERE tenant_id = :tenant_id"
    "  AND account_id = n.account_id AND as_of < n.as_of AND quadrant IS DISTINCT FROM n.quadrant), '-infinity'))"
)
_STANDING = (*FIGURES, "quadrant_since", "previous_on", *_CHANGED)
_MOVE = text(
    f"INSERT INTO account_health (tenant_id, account_id, as_of, {', '.join(_STANDING)})"
    f" SELECT :tenant_id, n.account_id, n.as_of, {', '.join(f'n.{name}' for name in FIGURES)},"
    " CASE WHEN previous.as_of IS NULL OR previous.quadrant IS DISTINCT FROM n.quadrant THEN n.as_of"
    "  WHEN h.quadrant IS NOT DISTINCT FROM n.quadrant AND h.as_of >= previous.as_of THEN h.quadrant_since"
    f"  ELSE {_SINCE} END, previous.as_of, {_CHANGES}"
    " FROM health_scores AS n LEFT JOIN account_health AS h"
    " ON h.tenant_id = :tenant_id AND h.account_id = n.account_id"
    f"{_BEFORE} WHERE n.tenant_id = :tenant_id AND n.as_of = :as_of"
    " AND n.account_id = ANY(CAST(:account_ids AS uuid[])) ORDER BY n.account_id"
    " ON CONFLICT (tenant_id, account_id) DO UPDATE SET as_of = excluded.as_of,"
    f" {', '.join(f'{name} = excluded.{name}' for name in _STANDING)}, updated_at = now(),"
    " version = account_health.version + 1 WHERE account_health.as_of <= excluded.as_of"
)


async def newest(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, *, until: date | None = None
) -> RowMapping | None:
    """The account's newest day's row, of `until` or earlier."""
    columns = health_scores.c
    statement = select(health_scores).where(columns.tenant_id == tenant_id, columns.account_id == account_id)
    if until is not None:
        statement = statement.where(columns.as_of <= until)
    found = await connection.execute(statement.order_by(columns.as_of.desc()).limit(1))
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def past(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date, quadrant: str | None
) -> RowMapping:
    """What was found before `as_of`: the score before, those of 30 and 90 days ago, and since when it is `quadrant`."""
    values = {"tenant_id": tenant_id, "account_id": account_id, "as_of": as_of, "quadrant": quadrant}
    return (await connection.execute(_PAST, values)).mappings().one()


_FOUND = ", ".join(
    f"{since}.{side} AS {side}_{since}"
    for since in ("previous", "past_30", "past_90")
    for side in ("hygiene", "health")
)
_PAST = text(
    f"SELECT previous.as_of AS previous_on, {_FOUND},"
    " CASE WHEN previous.as_of IS NULL OR previous.quadrant IS DISTINCT FROM n.quadrant THEN n.as_of"
    f" ELSE {_SINCE} END AS quadrant_since"
    " FROM (SELECT CAST(:account_id AS uuid) AS account_id, CAST(:as_of AS date) AS as_of,"
    f" CAST(:quadrant AS text) AS quadrant) AS n{_BEFORE}"
)


def days_of(tenant_id: TenantId, account_id: AccountId, from_on: date | None, to_on: date | None) -> Select[Any]:
    """The days on which the account was judged, from one to another, and those that were merged into it."""
    columns = health_scores.c
    statement = select(health_scores).where(
        columns.tenant_id == tenant_id,
        text(
            "health_scores.account_id IN (SELECT id FROM accounts WHERE tenant_id = :of_tenant"
            " AND (id = :account OR merged_into_id = :account))"
        ).bindparams(of_tenant=tenant_id, account=account_id),
    )
    if from_on is not None:
        statement = statement.where(columns.as_of >= from_on)
    return statement if to_on is None else statement.where(columns.as_of <= to_on)
