"""Reviews as everybody may see them: who takes part, who is judged, how far it is; nothing of what anybody said."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import NotFound
from app.kernel.ids import AccountId, TenantId
from app.selection.core.reviews.states import State
from app.selection.queries import reviews as queries
from app.selection.tables import selection_reviews

LISTED = Keyset({"created_at": selection_reviews.c.created_at}, tiebreak=selection_reviews.c.id, default="-created_at")


class ReviewNotFound(NotFound):
    """No such review."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review, who takes part, and how far each candidate is; nothing of what anybody said."""

    row: RowMapping
    participants: Sequence[RowMapping]
    candidates: Sequence[RowMapping]


async def find(connection: AsyncConnection, tenant_id: TenantId, review_id: UUID) -> Review:
    """One review."""
    row = await queries.find(connection, tenant_id, review_id)
    return await whole(connection, tenant_id, _there(row, review_id))


def _there(row: RowMapping | None, review_id: UUID) -> RowMapping:
    if row is None:
        raise ReviewNotFound(str(review_id))
    return row


async def whole(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping) -> Review:
    """The review of a row, with its people and its candidates."""
    participants = await queries.participants(connection, tenant_id, row["id"])
    return Review(row, participants, await queries.progress(connection, tenant_id, row["id"]))


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    asked: PageRequest,
    *,
    state: State | None,
    account_id: AccountId | None,
) -> Slice[RowMapping]:
    """A page of reviews, the newest first."""
    statement = queries.listed(tenant_id, state=state, account_id=account_id)
    rows = (await connection.execute(LISTED.page(statement, asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def held(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, *, lock: queries.Lock | None = "share"
) -> RowMapping:
    """The review, in a state that stays until the transaction ends; `update` for one who changes it, or works alone.

    Without a lock it is only looked at.
    """
    return _there(await queries.find(connection, tenant_id, review_id, lock=lock), review_id)
