"""SQL of cross-functional reviews: who takes part, who is judged, blind ratings, votes, what was agreed."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, exists, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId, UserId
from app.selection.tables import (
    review_candidates,
    review_participants,
    review_ratings,
    review_votes,
    selection_reviews,
)

Lock = Literal["share", "update"]
reviews, candidates, people = selection_reviews.c, review_candidates.c, review_participants.c


async def _all(connection: AsyncConnection, statement: Any, values: Mapping[str, Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(statement, dict(values))).mappings().all()
    return rows


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(selection_reviews).values(**values))


async def find(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, *, lock: Lock | None = None
) -> RowMapping | None:
    """The review; `share` keeps its state as it is until the transaction ends, `update` is for who changes it."""
    statement = select(selection_reviews).where(reviews.tenant_id == tenant_id, reviews.id == review_id)
    if lock is not None:
        statement = statement.with_for_update(read=lock == "share")
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


def listed(tenant_id: TenantId, *, state: str | None, account_id: AccountId | None) -> Select[Any]:
    """Reviews with how many are judged, and by how many."""
    judged = (
        select(func.count())
        .where(candidates.tenant_id == reviews.tenant_id, candidates.review_id == reviews.id)
        .scalar_subquery()
    )
    judging = (
        select(func.count())
        .where(people.tenant_id == reviews.tenant_id, people.review_id == reviews.id)
        .scalar_subquery()
    )
    statement = select(selection_reviews, judged.label("candidates"), judging.label("participants"))
    statement = statement.where(reviews.tenant_id == tenant_id)
    if state is not None:
        statement = statement.where(reviews.state == state)
    if account_id is not None:
        among_them = exists().where(
            candidates.tenant_id == reviews.tenant_id,
            candidates.review_id == reviews.id,
            candidates.account_id == account_id,
        )
        statement = statement.where(among_them)
    return statement


async def change(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    row: RowMapping = (
        (
            await connection.execute(
                update(selection_reviews)
                .where(reviews.tenant_id == tenant_id, reviews.id == review_id)
                .values(**values, version=reviews.version + 1, updated_at=func.now())
                .returning(*selection_reviews.columns)
            )
        )
        .mappings()
        .one()
    )
    return row


async def standing(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId]
) -> dict[AccountId, AccountId]:
    """For each account that is there the one that stands for it: itself, or the one that it was merged into."""
    rows = await _all(connection, _STANDING, {"tenant_id": tenant_id, "ids": list(account_ids)})
    return {AccountId(row["id"]): AccountId(row["standing_id"]) for row in rows}


_STANDING = text(
    "SELECT id, coalesce(merged_into_id, id) AS standing_id FROM accounts"
    " WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"
)


async def add_participants(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, functions: Mapping[UserId, str]
) -> None:
    """People with the function that they speak for; who takes part already stays as they joined."""
    values = {
        "tenant_id": tenant_id,
        "review_id": review_id,
        "users": list(functions),
        "functions": list(functions.values()),
    }
    await connection.execute(_ADD_PARTICIPANTS, values)


_ADD_PARTICIPANTS = text(
    "INSERT INTO review_participants (tenant_id, review_id, user_id, function)"
    " SELECT :tenant_id, :review_id, p.user_id, p.function"
    " FROM unnest(CAST(:users AS uuid[]), CAST(:functions AS text[])) AS p(user_id, function)"
    " ON CONFLICT DO NOTHING"
)


async def add_candidates(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, account_ids: Sequence[AccountId]
) -> None:
    """Accounts to be judged; who is judged already stays."""
    values = {"tenant_id": tenant_id, "review_id": review_id, "accounts": list(account_ids)}
    await connection.execute(_ADD_CANDIDATES, values)


_ADD_CANDIDATES = text(
    "INSERT INTO review_candidates (tenant_id, review_id, account_id)"
    " SELECT :tenant_id, :review_id, a.account_id FROM unnest(CAST(:accounts AS uuid[])) AS a(account_id)"
    " ON CONFLICT DO NOTHING"
)


async def participants(connection: AsyncConnection, tenant_id: TenantId, review_id: UUID) -> Sequence[RowMapping]:
    return await _all(connection, _PARTICIPANTS, {"tenant_id": tenant_id, "review_id": review_id})


_PARTICIPANTS = text(
    "SELECT p.user_id, p.function, u.name FROM review_participants AS p"
    " JOIN users AS u ON u.tenant_id = p.tenant_id AND u.id = p.user_id"
    " WHERE p.tenant_id = :tenant_id AND p.review_id = :review_id ORDER BY p.function, u.name, p.user_id"
)


async def progress(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, account_id: AccountId | None = None
) -> Sequence[RowMapping]:
    """How far each candidate is, or the one that is named: which functions have rated and voted, never how."""
    values = {"tenant_id": tenant_id, "review_id": review_id, "account_id": account_id}
    return await _all(connection, _PROGRESS, values)


_OF_CANDIDATE = "x.tenant_id = c.tenant_id AND x.review_id = c.review_id AND x.account_id = c.account_id"
_PROGRESS = text(
    "SELECT c.account_id, coalesce(a.merged_into_id, a.id) AS standing_id, a.name AS account_name,"
    " c.version, c.unified, c.unified_at, c.unified_by_user_id,"
    " r.functions AS functions_rated, v.functions AS functions_voted,"
    " o.open AS open_objections, d.id AS decision_id, d.decision"
    " FROM review_candidates AS c JOIN accounts AS a ON a.tenant_id = c.tenant_id AND a.id = c.account_id"
    " CROSS JOIN LATERAL (SELECT coalesce(array_agg(DISTINCT x.function), '{}') AS functions"
    f"  FROM review_ratings AS x WHERE {_OF_CANDIDATE}) AS r"
    " CROSS JOIN LATERAL (SELECT coalesce(array_agg(DISTINCT x.function), '{}') AS functions"
    f"  FROM review_votes AS x WHERE {_OF_CANDIDATE}) AS v"
    " CROSS JOIN LATERAL (SELECT count(*) AS open"
    f"  FROM review_objections AS x WHERE {_OF_CANDIDATE} AND x.state = 'open') AS o"
    " LEFT JOIN LATERAL (SELECT x.id, x.decision"
    f"  FROM decision_records AS x WHERE {_OF_CANDIDATE} ORDER BY x.id DESC LIMIT 1) AS d ON true"
    " WHERE c.tenant_id = :tenant_id AND c.review_id = :review_id"
    " AND (CAST(:account_id AS uuid) IS NULL OR c.account_id = CAST(:account_id AS uuid))"
    " ORDER BY a.name, c.account_id"
)


async def participant(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, user_id: UserId
) -> RowMapping | None:
    statement = select(review_participants).where(
        people.tenant_id == tenant_id, people.review_id == review_id, people.user_id == user_id
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def put_ratings(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    """A person's ratings of a candidate, in place of those that they gave before."""
    changed = {name: values[name] for name in ("ratings", "key_id")}
    return await _put(connection, review_ratings, values, changed)


async def put_vote(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    """A person's vote on a candidate, in place of the one before."""
    changed = {name: values[name] for name in ("vote", "reason", "conditions", "key_id")}
    return await _put(connection, review_votes, values, changed)


async def _put(
    connection: AsyncConnection, table: Any, values: Mapping[str, Any], changed: Mapping[str, Any]
) -> RowMapping:
    statement = (
        upsert(table)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["tenant_id", "review_id", "account_id", "user_id"],
            set_={**changed, "version": table.c.version + literal(1), "updated_at": func.now()},
        )
        .returning(*table.columns)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def ratings(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, account_id: AccountId
) -> Sequence[RowMapping]:
    """Everybody's ratings of a candidate: for nobody's eyes until the review is revealed."""
    return await _said(connection, review_ratings, tenant_id, review_id, account_id)


async def votes(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, account_id: AccountId
) -> Sequence[RowMapping]:
    return await _said(connection, review_votes, tenant_id, review_id, account_id)


async def _said(
    connection: AsyncConnection, table: Any, tenant_id: TenantId, review_id: UUID, account_id: AccountId
) -> Sequence[RowMapping]:
    statement = (
        select(table)
        .where(table.c.tenant_id == tenant_id, table.c.review_id == review_id, table.c.account_id == account_id)
        .order_by(table.c.function, table.c.user_id)
    )
    return await _all(connection, statement, {})


async def own_ratings(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, account_id: AccountId, user_id: UserId
) -> RowMapping | None:
    given = review_ratings.c
    statement = select(review_ratings).where(
        given.tenant_id == tenant_id,
        given.review_id == review_id,
        given.account_id == account_id,
        given.user_id == user_id,
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def agree(
    connection: AsyncConnection,
    tenant_id: TenantId,
    review_id: UUID,
    account_id: AccountId,
    values: Mapping[str, Any],
) -> None:
    """Keep what the joint session agreed on."""
    await connection.execute(
        update(review_candidates)
        .where(
            candidates.tenant_id == tenant_id, candidates.review_id == review_id, candidates.account_id == account_id
        )
        .values(**values, unified_at=func.now(), version=candidates.version + 1, updated_at=func.now())
    )


async def earlier_voices(
    connection: AsyncConnection,
    tenant_id: TenantId,
    review_id: UUID,
    account_id: AccountId,
    metrics: Sequence[str],
) -> Sequence[RowMapping]:
    """Who of the review's people has rated an account before, outside of it, on which metric and for which function."""
    values = {"tenant_id": tenant_id, "review_id": review_id, "account_id": account_id, "metrics": list(metrics)}
    return await _all(connection, _EARLIER_VOICES, values)


_EARLIER_VOICES = text(
    "SELECT DISTINCT f.metric, f.function, f.user_id FROM ratings AS f"
    " JOIN review_participants AS p ON p.tenant_id = f.tenant_id AND p.user_id = f.user_id"
    "  AND p.function = f.function AND p.review_id = :review_id"
    " WHERE f.tenant_id = :tenant_id AND f.account_id = :account_id AND f.metric = ANY(CAST(:metrics AS text[]))"
)
