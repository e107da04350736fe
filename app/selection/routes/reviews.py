"""The doors of cross-functional reviews: set up, rated blind, revealed, ended."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import AccountId, UserId
from app.selection.core.reviews.states import WrongReviewState
from app.selection.schemas import reviews as wire
from app.selection.service.reviews import moving, reviewing, setting_up
from app.selection.service.reviews.reviewing import Review, ReviewNotFound
from app.selection.service.reviews.setting_up import NewReview, ReviewFull, UnusableReview
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathReviewId = Annotated[Id, Path(description="The review's id")]
OfState = Annotated[wire.ReviewState | None, Query(description="Only reviews in this state")]
OfAccount = Annotated[Id | None, Query(description="Only reviews of this account")]
MOVE = (ReviewNotFound, WrongReviewState, UnknownPeople, SpeaksForAnother)


def user(user_id: Id | None) -> UserId | None:
    """Who is named to speak, if anybody is."""
    return None if user_id is None else UserId(user_id)


def _shown(review: Review) -> dict[str, Any]:
    beside = {"participants", "candidates"}
    row = {name: review.row[name] for name in wire.SelectionReview.model_fields if name not in beside}
    candidates = [
        {
            **{name: one[name] for name in wire.ReviewCandidate.model_fields if name != "agreed"},
            "agreed": bool(one["unified"]),
        }
        for one in review.candidates
    ]
    return {**row, "participants": review.participants, "candidates": candidates}


@router.post(
    "/selection/reviews",
    status_code=201,
    response_model=wire.SelectionReview,
    responses=problems(UnusableReview, UnknownPeople),
    openapi_extra=write,
)
async def create_selection_review(
    body: wire.NewReviewBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Set up a cross-functional review of accounts: everybody who takes part rates them blind first."""
    asked = NewReview(
        name=body.name,
        accounts=[AccountId(one) for one in body.accounts],
        participants=[UserId(one) for one in body.participants],
        metrics=body.metrics,
        due_on=body.due_on,
    )
    made = await setting_up.create(connection, caller, asked)
    response.headers["Location"] = f"/v1/selection/reviews/{made.row['id']}"
    return _shown(made)


@router.get(
    "/selection/reviews",
    response_model=Page[wire.SelectionReviewSummary],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_selection_reviews(  # a door's parameters
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    state: OfState = None,
    account_id: OfAccount = None,
) -> Any:
    """List reviews, the newest first."""
    account = None if account_id is None else AccountId(account_id)
    found = await reviewing.page(connection, tenant_id, asked, state=state, account_id=account)
    data = [{name: row[name] for name in wire.SelectionReviewSummary.model_fields} for row in found.data]
    return {"data": data, "next_cursor": found.next_cursor}


@router.get(
    "/selection/reviews/{review_id}",
    response_model=wire.SelectionReview,
    responses=problems(ReviewNotFound),
    openapi_extra=read,
)
async def get_selection_review(review_id: PathReviewId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a review: who takes part, and how far each candidate is; never what was said blind."""
    return _shown(await reviewing.find(connection, tenant_id, review_id))


@router.post(
    "/selection/reviews/{review_id}/candidates",
    response_model=wire.SelectionReview,
    responses=problems(ReviewNotFound, WrongReviewState, UnusableReview, ReviewFull),
    openapi_extra=write,
)
async def add_selection_review_candidates(
    review_id: PathReviewId, body: wire.CandidatesBody, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Judge further accounts, while ratings are blind; those that are judged already stay as they are."""
    accounts = [AccountId(one) for one in body.accounts]
    return _shown(await setting_up.add_candidates(connection, tenant_id, review_id, accounts))


@router.post(
    "/selection/reviews/{review_id}/participants",
    response_model=wire.SelectionReview,
    responses=problems(ReviewNotFound, WrongReviewState, UnknownPeople, ReviewFull),
    openapi_extra=write,
)
async def add_selection_review_participants(
    review_id: PathReviewId, body: wire.ParticipantsBody, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Let further people take part, while ratings are blind; those who do already stay as they joined."""
    users = [UserId(one) for one in body.participants]
    return _shown(await setting_up.add_participants(connection, tenant_id, review_id, users))


@router.post(
    "/selection/reviews/{review_id}/reveal",
    response_model=wire.SelectionReview,
    responses=problems(*MOVE, moving.NotEverybodyRated),
    openapi_extra=write,
)
async def reveal_selection_review(
    review_id: PathReviewId, body: wire.RevealBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """End the blind rating: everybody sees what was rated, nobody rates any more, and the joint session begins.

    Every function has to have rated every candidate; with a reason it may be done earlier, which stays on record.
    """
    moved = await moving.reveal(connection, caller, review_id, user_id=user(body.user_id), reason=body.reason)
    return _shown(moved)


@router.post(
    "/selection/reviews/{review_id}/close",
    response_model=wire.SelectionReview,
    responses=problems(*MOVE, moving.UndecidedCandidates),
    openapi_extra=write,
)
async def close_selection_review(
    review_id: PathReviewId, body: wire.CloseBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Close a review in which every candidate is decided on."""
    moved = await moving.close(connection, caller, review_id, user_id=user(body.user_id), reason=body.reason)
    return _shown(moved)


@router.post(
    "/selection/reviews/{review_id}/abandon",
    response_model=wire.SelectionReview,
    responses=problems(*MOVE),
    openapi_extra=write,
)
async def abandon_selection_review(
    review_id: PathReviewId, body: wire.AbandonBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Give a review up; decisions made in it stand, and ratings that were never revealed never are."""
    moved = await moving.abandon(connection, caller, review_id, user_id=user(body.user_id), reason=body.reason)
    return _shown(moved)
