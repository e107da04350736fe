"""Moving reviews on: from blind to joint, and to their end."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import Person, speaker
from app.events import service as events
from app.kernel.errors import Conflict
from app.kernel.ids import TenantId, UserId
from app.selection.core.reviews.states import Act, State, state_after
from app.selection.queries import reviews as queries
from app.selection.service.reviews.reviewing import Review, held, whole
from app.tenancy.core.caller import Caller

SUBJECT: Final = "selection_review"


class NotEverybodyRated(Conflict):
    """Not every function has rated every candidate."""


class UndecidedCandidates(Conflict):
    """Some candidates are not decided on yet."""


async def reveal(
    connection: AsyncConnection, caller: Caller, review_id: UUID, *, user_id: UserId | None, reason: str | None
) -> Review:
    """End the blind rating: from now on everybody sees what was rated, and the joint session begins."""
    review, person, state = await _moving(connection, caller, review_id, "reveal", user_id)
    if reason is None:
        _refuse_unrated(review)
    values = {
        "state": state,
        "revealed_at": datetime.now(UTC),
        "revealed_by_user_id": person.id,
        "reveal_reason": reason,
    }
    return await _moved(connection, caller.tenant_id, review, values, "revealed")


def _refuse_unrated(review: Review) -> None:
    functions = sorted({one["function"] for one in review.participants})
    missing = [
        f"{function} on {candidate['account_name']}"
        for candidate in review.candidates
        for function in functions
        if function not in candidate["functions_rated"]
    ]
    if missing:
        raise NotEverybodyRated(f"{_told(missing)} still to rate; give a reason to reveal all the same")


async def close(
    connection: AsyncConnection, caller: Caller, review_id: UUID, *, user_id: UserId | None, reason: str | None
) -> Review:
    """End a review in which every candidate is decided on; it stays on record."""
    review, person, state = await _moving(connection, caller, review_id, "close", user_id)
    undecided = [one["account_name"] for one in review.candidates if one["decision_id"] is None]
    if undecided:
        raise UndecidedCandidates(f"{_told(undecided)} still to decide on; or abandon the review")
    return await _moved(connection, caller.tenant_id, review, _ending(state, person, reason), "closed")


async def abandon(
    connection: AsyncConnection, caller: Caller, review_id: UUID, *, user_id: UserId | None, reason: str
) -> Review:
    """Give a review up; what was decided in it stands, and what was never revealed never is."""
    review, person, state = await _moving(connection, caller, review_id, "abandon", user_id)
    return await _moved(connection, caller.tenant_id, review, _ending(state, person, reason), "closed")


def _ending(state: State, person: Person, reason: str | None) -> dict[str, object]:
    return {
        "state": state,
        "closed_at": datetime.now(UTC),
        "closed_by_user_id": person.id,
        "close_reason": reason,
    }


async def _moving(
    connection: AsyncConnection, caller: Caller, review_id: UUID, act: Act, user_id: UserId | None
) -> tuple[Review, Person, State]:
    """The review, for its mover alone; who moves it; and where to."""
    row = await held(connection, caller.tenant_id, review_id, lock="update")
    state = state_after(row["state"], act)
    person = await speaker(connection, caller, user_id)
    return await whole(connection, caller.tenant_id, row), person, state


async def _moved(
    connection: AsyncConnection, tenant_id: TenantId, review: Review, values: Mapping[str, object], what: str
) -> Review:
    row = await queries.change(connection, tenant_id, review.row["id"], values)
    data = {
        "name": row["name"],
        "previous": review.row["state"],
        "current": row["state"],
        "user_id": str(row["closed_by_user_id"] or row["revealed_by_user_id"]),
        "candidates": len(review.candidates),
        "participants": len(review.participants),
    }
    await events.record(connection, tenant_id, f"{SUBJECT}.{what}", SUBJECT, row["id"], data)
    return Review(row, review.participants, review.candidates)


def _told(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
