"""Who has a say on which candidate of a review, and in which state of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import speaker
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.ids import AccountId, TenantId, UserId
from app.selection.core.reviews.states import Act, state_after
from app.selection.queries import reviews as queries
from app.selection.queries.reviews import Lock
from app.selection.service.reviews.reviewing import held
from app.tenancy.core.caller import Caller


class CandidateNotFound(NotFound):
    """No such candidate of the review."""


class NotAParticipant(Forbidden):
    """Only those who take part in a review have a say in it."""


class CandidateDecided(Conflict):
    """The candidate is decided on; what was said stays as it is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate, in a review whose state stays until the transaction ends, unless it is only looked at."""

    review: RowMapping
    row: RowMapping

    @property
    def account_id(self) -> AccountId:
        """The account as it was put up for review."""
        return AccountId(self.row["account_id"])

    @property
    def standing_id(self) -> AccountId:
        """The account that stands for it today: itself, or the one that it was merged into since."""
        return AccountId(self.row["standing_id"])


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who takes part in a review, and the function that they spoke for when they joined."""

    user_id: UserId
    function: str


async def candidate(
    connection: AsyncConnection,
    tenant_id: TenantId,
    review_id: UUID,
    account_id: AccountId,
    *,
    lock: Lock | None = "share",
) -> Candidate:
    """A candidate of a review."""
    review = await held(connection, tenant_id, review_id, lock=lock)
    rows = await queries.progress(connection, tenant_id, review_id, account_id)
    if not rows:
        raise CandidateNotFound(f"account {account_id} is not reviewed here")
    return Candidate(review, rows[0])


async def seat(connection: AsyncConnection, caller: Caller, found: Candidate, user_id: UserId | None, act: Act) -> Seat:
    """Who speaks on a candidate by this request; raises unless they may, and may do this now."""
    person = await speaker(connection, caller, user_id)
    row = await queries.participant(connection, caller.tenant_id, found.review["id"], person.id)
    if row is None:
        raise NotAParticipant(f"user {person.id} does not take part")
    state_after(found.review["state"], act)
    if found.row["decision_id"] is not None:
        raise CandidateDecided(f"by decision {found.row['decision_id']}")
    return Seat(person.id, row["function"])
