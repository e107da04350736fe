"""SQL of what is taken further up, of whom it is taken to, and of what stands in the way again and again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Text, Uuid

from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId, UserId
from app.resourcing.tables import roadblocks, sponsorships

blocks = roadblocks.c


async def one_at_a_time(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Let nobody else escalate the organization's roadblocks until the transaction ends."""
    await connection.execute(_ONE_AT_A_TIME, {"tenant_id": str(tenant_id)})


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('roadblocks ' || :tenant_id, 0))")


async def overdue(connection: AsyncConnection, tenant_id: TenantId, today: date) -> Sequence[RowMapping]:
    """What still stands beyond its day and can be taken further up, the oldest first."""
    statement = (
        select(roadblocks)
        .where(
            blocks.tenant_id == tenant_id,
            blocks.state.in_(("open", "mitigating")),
            blocks.due_on < today,
            blocks.rung != "cso",
        )
        .order_by(blocks.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def climb(connection: AsyncConnection, tenant_id: TenantId, wanted: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Those of the roadblocks that were taken to the rung `to`.

    They are still unresolved, on the same rung and due on the same day as when they were read; the others have moved.
    """
    values = {
        "tenant_id": tenant_id,
        **{name: [one[name] for one in wanted] for name in ("id", "rung", "due_on", "to")},
    }
    return set(await connection.scalars(_CLIMB, values))


_CLIMB: Final = text(
    "UPDATE roadblocks AS r SET rung = v.to_rung, version = r.version + 1, updated_at = now()"
    " FROM unnest(:id, :rung, :due_on, :to) AS v(id, rung, due_on, to_rung)"
    " WHERE r.tenant_id = :tenant_id AND r.id = v.id AND r.rung = v.rung AND r.due_on = v.due_on"
    " AND r.state <> 'resolved' RETURNING r.id"
).bindparams(
    bindparam("id", type_=ARRAY(Uuid)),
    bindparam("rung", type_=ARRAY(Text)),
    bindparam("due_on", type_=ARRAY(Date)),
    bindparam("to", type_=ARRAY(Text)),
)


async def sponsors(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], today: date
) -> dict[AccountId, UserId]:
    """The executive sponsor of each account: of several, who has been so for longest."""
    of = sponsorships.c
    statement = (
        select(of.account_id, of.user_id)
        .ext(distinct_on(of.account_id))
        .where(
            of.tenant_id == tenant_id,
            among(of.account_id, account_ids),
            of.started_on <= today,
            of.ended_on.is_(None) | (of.ended_on > today),
        )
        .order_by(of.account_id, of.started_on, of.id)
    )
    return {AccountId(row.account_id): UserId(row.user_id) for row in await connection.execute(statement)}


async def patterns(
    connection: AsyncConnection, tenant_id: TenantId, *, after: date, until: date, accounts: int
) -> Sequence[RowMapping]:
    """Kinds and functions with roadblocks opened after one day and until another in the way of so many accounts.

    `fresh`: how many accounts since the program's own roadblock for them was resolved.
    """
    values = {"tenant_id": tenant_id, "after": after, "until": until, "accounts": accounts}
    return (await connection.execute(_PATTERNS, values)).mappings().all()


_PATTERNS: Final = text(
    "WITH program AS ("
    " SELECT DISTINCT ON (kind, function) id, kind, function, state, resolved_on FROM roadblocks"
    " WHERE tenant_id = :tenant_id AND account_id IS NULL AND opened_on <= :until"
    " AND (resolved_on IS NULL OR resolved_on > :after)"
    " ORDER BY kind, function, resolved_on DESC NULLS FIRST, id DESC)"
    " SELECT r.kind, r.function, array_agg(DISTINCT r.account_id ORDER BY r.account_id) AS accounts,"
    " count(*) AS roadblocks, array_agg(DISTINCT r.severity) AS severities, max(r.opened_on) AS last_opened_on,"
    " p.id AS roadblock_id, p.state AS roadblock_state,"
    " count(DISTINCT r.account_id) FILTER (WHERE p.resolved_on IS NULL OR r.opened_on > p.resolved_on) AS fresh"
    " FROM roadblocks AS r LEFT JOIN program AS p ON p.kind = r.kind AND p.function = r.function"
    " WHERE r.tenant_id = :tenant_id AND r.account_id IS NOT NULL AND r.opened_on > :after AND r.opened_on <= :until"
    " GROUP BY r.kind, r.function, p.id, p.state HAVING count(DISTINCT r.account_id) >= :accounts"
    " ORDER BY count(DISTINCT r.account_id) DESC, r.kind, r.function"
)


async def ageing(
    connection: AsyncConnection, tenant_id: TenantId, day: date, bands: Sequence[int]
) -> Sequence[RowMapping]:
    """What stood in the way at the end of a day, in all (first, function: None) and by function.

    bands: the first day of each band of age, rising from 0; `band_0` … count those within.
    """
    counts = ", ".join(
        f"count(*) FILTER (WHERE width_bucket(age, CAST(:starts AS int[])) = {at + 1}) AS band_{at}"
        for at in range(len(bands))
    )
    statement = text(
        "SELECT function, count(*) AS open, count(*) FILTER (WHERE due_on < :day) AS breached,"
        " coalesce(max(age), 0) AS oldest_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY age) AS median_days,"
        f" {counts} FROM (SELECT function, due_on, CAST(:day AS date) - opened_on AS age FROM roadblocks"
        " WHERE tenant_id = :tenant_id AND opened_on <= :day AND (resolved_on IS NULL OR resolved_on > :day)) AS r"
        " GROUP BY GROUPING SETS ((function), ()) ORDER BY function NULLS FIRST"
    )
    values = {"tenant_id": tenant_id, "day": day, "starts": list(bands)}
    return (await connection.execute(statement, values)).mappings().all()
