"""Setting reviews up: which accounts are judged, on which metrics, and who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import people
from app.kernel.errors import Conflict, FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.metrics import service as metrics
from app.selection.core.reviews.states import state_after
from app.selection.queries import reviews as queries
from app.selection.service import models
from app.selection.service.keeping import today
from app.selection.service.reviews.reviewing import Review, find, held, whole
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

MOST_CANDIDATES: Final = 200
MOST_PARTICIPANTS: Final = 100


class UnusableReview(Invalid):
    """The review cannot be set up so."""


class ReviewFull(Conflict):
    """The review has no room for more."""


@dataclass(frozen=True, slots=True)
class NewReview:
    """What a review is to be; without `metrics` the rated ones of the organization's model are judged."""

    name: str
    accounts: Sequence[AccountId]
    participants: Sequence[UserId]
    metrics: Sequence[str] | None
    due_on: date | None


async def create(connection: AsyncConnection, caller: Caller, asked: NewReview) -> Review:
    """A new review, in which everybody rates blind first."""
    if asked.due_on is not None and asked.due_on < today():
        raise _unusable([FieldProblem("/due_on", "in_the_past", "must not lie before today")])
    judged = await _judged(connection, caller.tenant_id, asked.metrics)
    accounts = await _accounts(connection, caller.tenant_id, asked.accounts)
    functions = await _functions(connection, caller.tenant_id, asked.participants)

    review_id = new_id()
    values = {
        "tenant_id": caller.tenant_id,
        "id": review_id,
        "name": asked.name,
        "metrics": judged,
        "due_on": asked.due_on,
        "key_id": caller.key_id,
    }
    await queries.add(connection, values)
    await queries.add_candidates(connection, caller.tenant_id, review_id, accounts)
    await queries.add_participants(connection, caller.tenant_id, review_id, functions)
    return await find(connection, caller.tenant_id, review_id)


async def _judged(connection: AsyncConnection, tenant_id: TenantId, asked: Sequence[str] | None) -> list[str]:
    """The metrics to be judged, each once: people's ratings alone can be given by people."""
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    rated = {metric.key for metric in registry if metric.facts == ("ratings",)}
    if asked is None:
        model = (await models.to_use(connection, tenant_id, None)).model
        found = [key for key in model.metrics if key in rated]
        if not found:
            problem = FieldProblem("/metrics", "missing", "is needed, as the organization's model reads no ratings")
            raise _unusable([problem])
        return found
    unfit = [
        FieldProblem(f"/metrics/{at}", *_fault(known=key in registry))
        for at, key in enumerate(asked)
        if key not in rated
    ]
    if unfit:
        raise _unusable(unfit)
    return list(dict.fromkeys(asked))


def _fault(*, known: bool) -> tuple[str, str]:
    return ("not_rated", "is no judgement of people") if known else ("unknown_metric", "names no metric")


async def _accounts(connection: AsyncConnection, tenant_id: TenantId, asked: Sequence[AccountId]) -> list[AccountId]:
    """The accounts that are meant, each once; for a merged one the one that stands for it."""
    standing = await queries.standing(connection, tenant_id, asked)
    unknown = [
        FieldProblem(f"/accounts/{at}", "unknown_account", "names no account")
        for at, account_id in enumerate(asked)
        if account_id not in standing
    ]
    if unknown:
        raise _unusable(unknown)
    return list(dict.fromkeys(standing[account_id] for account_id in asked))


async def _functions(connection: AsyncConnection, tenant_id: TenantId, asked: Sequence[UserId]) -> dict[UserId, str]:
    found = await people(connection, tenant_id, asked, pointer="/participants")
    return {user_id: person.function for user_id, person in found.items()}


def _unusable(problems: list[FieldProblem]) -> UnusableReview:
    return UnusableReview(f"{problems[0].pointer} {problems[0].message}", errors=problems)


async def add_candidates(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, asked: Sequence[AccountId]
) -> Review:
    """Judge further accounts; those that are judged already stay as they are."""
    row = await held(connection, tenant_id, review_id, lock="update")
    state_after(row["state"], "add")
    await queries.add_candidates(connection, tenant_id, review_id, await _accounts(connection, tenant_id, asked))
    return _not_crowded(await whole(connection, tenant_id, row))


async def add_participants(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, asked: Sequence[UserId]
) -> Review:
    """Let further people take part; those who do already stay as they are."""
    row = await held(connection, tenant_id, review_id, lock="update")
    state_after(row["state"], "add")
    await queries.add_participants(connection, tenant_id, review_id, await _functions(connection, tenant_id, asked))
    return _not_crowded(await whole(connection, tenant_id, row))


def _not_crowded(review: Review) -> Review:
    if len(review.candidates) > MOST_CANDIDATES or len(review.participants) > MOST_PARTICIPANTS:
        raise ReviewFull(f"it takes {MOST_CANDIDATES} candidates and {MOST_PARTICIPANTS} participants")
    return review
