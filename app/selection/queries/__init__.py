"""SQL of selection."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, TextClause, func, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Database, copy_rows
from app.infra.versioned import Versioned
from app.kernel import copy_binary, copy_text
from app.kernel.columns import Column
from app.kernel.ids import AccountId, RunId, TenantId
from app.kernel.periods import end_of_day
from app.selection.tables import scores, selection_model_versions, selection_models, selection_runs, tier_overrides

MODELS = Versioned(selection_models, selection_model_versions, noted=("published_by", "litmus", "override_reason"))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> RowMapping | None:
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def _all(connection: AsyncConnection, statement: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def add_run(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(selection_runs).values(**values))


async def run(connection: AsyncConnection, tenant_id: TenantId, run_id: RunId) -> RowMapping | None:
    statement = select(selection_runs).where(selection_runs.c.tenant_id == tenant_id, selection_runs.c.id == run_id)
    return await _one(connection, statement)


def runs(tenant_id: TenantId) -> Select[Any]:
    return select(selection_runs).where(selection_runs.c.tenant_id == tenant_id)


async def finish_run(
    connection: AsyncConnection, tenant_id: TenantId, run_id: RunId, *, accounts: int, ranked: int
) -> None:
    await connection.execute(
        update(selection_runs)
        .where(selection_runs.c.tenant_id == tenant_id, selection_runs.c.id == run_id)
        .values(accounts=accounts, ranked=ranked)
    )


async def add_scores(connection: AsyncConnection, columns: Mapping[str, Column]) -> None:
    """Scores by the names of their columns."""
    values = list(columns.values())
    lines = copy_text.lines(values) if len(values[0]) <= FEW else None
    if lines is None or any(_ESCAPE in line.replace(copy_text.NULL, "") for line in lines):
        await add_packed(connection, list(columns), packed(columns))
    else:
        await connection.execute(_few(tuple(columns)), {"lines": lines})


def packed(columns: Mapping[str, Column]) -> bytes:
    """Scores by the names of their columns, made ready to be added."""
    return copy_binary.rows(list(columns.values()))


async def add_packed(connection: AsyncConnection, columns: Sequence[str], scores_packed: bytes) -> None:
    """Scores of these columns."""
    await copy_rows(connection, "scores", columns, scores_packed)


# COPY needs a table to land in, which costs more to make than a few scores take to write.
FEW: Final = 500
_ESCAPE: Final = "\\"


@lru_cache(maxsize=8)
def _few(columns: tuple[str, ...]) -> TextClause:
    """One statement that reads the lines as COPY would, but for characters that are written otherwise than they are."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
    fields = ", ".join(
        f"CAST(f.field[{place}] AS {scores.c[name].type.compile(dialect)})" for place, name in enumerate(columns, 1)
    )
    return text(
        f"INSERT INTO scores ({', '.join(columns)}) SELECT {fields} FROM unnest(CAST(:lines AS text[])) AS l(line)"
        r" CROSS JOIN LATERAL string_to_array(l.line, E'\t', E'\\N') AS f(field)"
    )


async def score(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, *, until: date | None = None
) -> RowMapping | None:
    """The account's newest score, of `until` or earlier."""
    statement = select(scores).where(scores.c.tenant_id == tenant_id, scores.c.account_id == account_id)
    if until is not None:
        statement = statement.where(scores.c.as_of <= until)
    statement = statement.order_by(scores.c.as_of.desc(), scores.c.id.desc()).limit(1)
    return await _one(connection, statement)


async def score_with(connection: AsyncConnection, tenant_id: TenantId, score_id: UUID) -> RowMapping | None:
    """The score of this id."""
    return await _one(connection, select(scores).where(scores.c.tenant_id == tenant_id, scores.c.id == score_id))


async def newest_quickly(
    database: Database, tenant_id: TenantId, account_ids: Sequence[AccountId], on: date
) -> dict[AccountId, Mapping[str, Any]]:
    """What names the accounts' newest scores and what holds beside them, in one round trip; of those that have one."""
    rows = await database.all_quickly(_NEWEST, tenant_id, account_ids, on)
    return {AccountId(row["account_id"]): dict(row.items()) for row in rows}


_NEWEST = (
    "SELECT asked.account_id, newest.* FROM unnest($2::uuid[]) AS asked(account_id)"
    " CROSS JOIN LATERAL newest_score($1, asked.account_id, $3) AS newest"
)


def scores_of_account(tenant_id: TenantId, account_id: AccountId) -> Select[Any]:
    """All scores of the account, and of those that were merged into it."""
    return select(scores).where(
        scores.c.tenant_id == tenant_id,
        text(
            "scores.account_id IN (SELECT id FROM accounts WHERE tenant_id = :of_tenant"
            " AND (id = :account OR merged_into_id = :account))"
        ).bindparams(of_tenant=tenant_id, account=account_id),
    )


def scores_of_run(tenant_id: TenantId, run_id: RunId) -> Select[Any]:
    return select(scores).where(scores.c.tenant_id == tenant_id, scores.c.run_id == run_id)


async def points(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> Sequence[RowMapping]:
    """Where every account stands that is there, by its newest score that is of `as_of` or earlier, best first."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "there_until": end_of_day(as_of)}
    return (await connection.execute(_POINTS, values)).mappings().all()


_POINTS = text(
    "SELECT a.id AS account_id, a.name, a.source, a.external_id, s.opportunity, s.alignment, s.composite, s.quadrant,"
    " s.tier, s.provisional, s.as_of, s.model_id, s.model_version FROM accounts AS a"
    " CROSS JOIN LATERAL (SELECT * FROM scores WHERE tenant_id = :tenant_id AND account_id = a.id AND as_of <= :as_of"
    "  ORDER BY as_of DESC, id DESC LIMIT 1) AS s"
    " WHERE a.tenant_id = :tenant_id AND (a.removed_at IS NULL OR a.removed_at >= :there_until)"
    " ORDER BY s.composite DESC NULLS LAST, a.id"
)


async def add_override(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(tier_overrides).values(**values))


async def override(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, on: date
) -> RowMapping | None:
    """The manual tier that holds on the day; the newest where several do."""
    table = tier_overrides.c
    statement = (
        select(tier_overrides)
        .where(
            table.tenant_id == tenant_id,
            table.account_id == account_id,
            table.from_on <= on,
            table.until_on >= on,
            table.withdrawn_at.is_(None),
        )
        .order_by(table.id.desc())
        .limit(1)
    )
    return await _one(connection, statement)


def overrides_of(tenant_id: TenantId, account_id: AccountId) -> Select[Any]:
    return select(tier_overrides).where(
        tier_overrides.c.tenant_id == tenant_id, tier_overrides.c.account_id == account_id
    )


async def held_override(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, override_id: UUID
) -> RowMapping | None:
    """The manual tier, held until the transaction ends."""
    table = tier_overrides.c
    statement = select(tier_overrides).where(
        table.tenant_id == tenant_id, table.account_id == account_id, table.id == override_id
    )
    return await _one(connection, statement.with_for_update())


async def withdraw_override(connection: AsyncConnection, tenant_id: TenantId, override_id: UUID) -> None:
    table = tier_overrides.c
    await connection.execute(
        update(tier_overrides)
        .where(table.tenant_id == tenant_id, table.id == override_id)
        .values(withdrawn_at=func.now())
    )
