"""SQL of feedback rounds."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import Select, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import KeyId, ModelId, TenantId, UserId
from app.selection.tables import feedback_items, feedback_participants, feedback_rounds

rounds, participants, items = feedback_rounds.c, feedback_participants.c, feedback_items.c
Lock = Literal["no", "share", "update"]


async def add_round(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(feedback_rounds).values(**values))


async def feedback_round(
    connection: AsyncConnection, tenant_id: TenantId, round_id: UUID, lock: Lock = "no"
) -> RowMapping | None:
    """The round; `share` keeps it as it is until the transaction ends, `update` keeps others out as well."""
    statement = select(feedback_rounds).where(rounds.tenant_id == tenant_id, rounds.id == round_id)
    if lock != "no":
        statement = statement.with_for_update(read=lock == "share")
    return await _one(connection, statement)


async def has_open_round(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId) -> bool:
    statement = select(rounds.id).where(
        rounds.tenant_id == tenant_id, rounds.model_id == model_id, rounds.state == "open"
    )
    return await connection.scalar(statement.limit(1)) is not None


def rounds_of_model(tenant_id: TenantId, model_id: ModelId) -> Select[Any]:
    """A model's rounds, with how many were asked and how many have answered."""
    its_own = (participants.tenant_id == rounds.tenant_id) & (participants.round_id == rounds.id)
    asked = select(func.count()).where(its_own).scalar_subquery()
    answered = select(func.count(participants.submitted_at)).where(its_own).scalar_subquery()
    return select(
        rounds.id, rounds.model_id, rounds.model_version, rounds.name, rounds.state, rounds.closes_on,
        rounds.created_at, rounds.closed_at, asked.label("asked"), answered.label("submitted"),
        rounds.result["agreement"]["kendalls_w"].label("kendalls_w"),
    ).where(rounds.tenant_id == tenant_id, rounds.model_id == model_id)  # fmt: skip


async def end_round(
    connection: AsyncConnection, tenant_id: TenantId, round_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(feedback_rounds)
        .where(rounds.tenant_id == tenant_id, rounds.id == round_id)
        .values(**values, closed_at=func.now(), updated_at=func.now(), version=rounds.version + 1)
    )


async def closed_with(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, keys: Sequence[str]
) -> RowMapping | None:
    """The model's newest closed round over exactly these criteria, with how many blocking objections are open."""
    values = {"tenant_id": tenant_id, "model_id": model_id, "keys": orjson.dumps(list(keys)).decode()}
    row: RowMapping | None = (await connection.execute(_CLOSED_WITH, values)).mappings().one_or_none()
    return row


_CLOSED_WITH = text(
    "SELECT r.id, r.closed_at, r.result, ("
    " SELECT count(*) FROM feedback_items AS i WHERE i.tenant_id = r.tenant_id AND i.round_id = r.id"
    " AND i.kind = 'objection' AND i.blocking AND (i.disposition IS NULL OR i.disposition = 'deferred')"
    ") AS open_blocking FROM feedback_rounds AS r"
    " CROSS JOIN LATERAL (SELECT jsonb_path_query_array(r.criteria, '$[*].key') AS keys) AS c"
    " WHERE r.tenant_id = :tenant_id AND r.model_id = :model_id AND r.state = 'closed'"
    " AND c.keys @> CAST(:keys AS jsonb) AND c.keys <@ CAST(:keys AS jsonb)"
    " ORDER BY r.closed_at DESC, r.id DESC LIMIT 1"
)


async def add_participants(
    connection: AsyncConnection, tenant_id: TenantId, round_id: UUID, people: Mapping[UserId, str]
) -> None:
    """Ask people, each for a function; who was asked already stays as asked."""
    rows = [
        {"tenant_id": tenant_id, "round_id": round_id, "user_id": user_id, "function": function}
        for user_id, function in people.items()
    ]
    await connection.execute(upsert(feedback_participants).values(rows).on_conflict_do_nothing())


async def participants_of(connection: AsyncConnection, tenant_id: TenantId, round_id: UUID) -> Sequence[RowMapping]:
    """Who was asked and who has answered, without what."""
    statement = select(
        participants.user_id, participants.function, participants.method, participants.created_at,
        participants.submitted_at,
    ).where(participants.tenant_id == tenant_id, participants.round_id == round_id)  # fmt: skip
    return await _all(connection, statement.order_by(participants.function, participants.user_id))


async def answers_of(connection: AsyncConnection, tenant_id: TenantId, round_id: UUID) -> Sequence[RowMapping]:
    """The answers that were given."""
    statement = select(feedback_participants).where(
        participants.tenant_id == tenant_id, participants.round_id == round_id, participants.submitted_at.is_not(None)
    )
    return await _all(connection, statement.order_by(participants.function, participants.user_id))


async def participant(
    connection: AsyncConnection, tenant_id: TenantId, round_id: UUID, user_id: UserId
) -> RowMapping | None:
    statement = select(feedback_participants).where(
        participants.tenant_id == tenant_id, participants.round_id == round_id, participants.user_id == user_id
    )
    return await _one(connection, statement)


async def remove_participant(connection: AsyncConnection, tenant_id: TenantId, round_id: UUID, user_id: UserId) -> bool:
    """Ask somebody no longer who has not answered; whether that was so."""
    gone = await connection.scalar(
        delete(feedback_participants)
        .where(
            participants.tenant_id == tenant_id,
            participants.round_id == round_id,
            participants.user_id == user_id,
            participants.submitted_at.is_(None),
        )
        .returning(participants.user_id)
    )
    return gone is not None


async def keep_answer(  # noqa: PLR0913  # whose it is, and what
    connection: AsyncConnection,
    tenant_id: TenantId,
    round_id: UUID,
    user_id: UserId,
    *,
    method: str,
    answer: Mapping[str, Any],
    key_id: KeyId,
) -> None:
    await connection.execute(
        update(feedback_participants)
        .where(participants.tenant_id == tenant_id, participants.round_id == round_id, participants.user_id == user_id)
        .values(
            method=method, answer=answer, key_id=key_id, submitted_at=func.now(), updated_at=func.now(),
            version=participants.version + 1,
        )
    )  # fmt: skip


async def add_item(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(feedback_items).values(**values))


async def items_of(connection: AsyncConnection, tenant_id: TenantId, round_id: UUID) -> Sequence[RowMapping]:
    """What was raised, in its order."""
    statement = select(feedback_items).where(items.tenant_id == tenant_id, items.round_id == round_id)
    return await _all(connection, statement.order_by(items.id))


async def count_items(connection: AsyncConnection, tenant_id: TenantId, round_id: UUID) -> int:
    statement = select(func.count()).where(items.tenant_id == tenant_id, items.round_id == round_id)
    return int(await connection.scalar(statement) or 0)


async def item(
    connection: AsyncConnection, tenant_id: TenantId, item_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(feedback_items).where(items.tenant_id == tenant_id, items.id == item_id)
    return await _one(connection, statement.with_for_update() if lock else statement)


async def dispose(connection: AsyncConnection, tenant_id: TenantId, item_id: UUID, values: Mapping[str, Any]) -> None:
    await connection.execute(
        update(feedback_items)
        .where(items.tenant_id == tenant_id, items.id == item_id)
        .values(**values, disposed_at=func.now(), updated_at=func.now(), version=items.version + 1)
    )


async def _one(connection: AsyncConnection, statement: Select[Any]) -> RowMapping | None:
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def _all(connection: AsyncConnection, statement: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows
