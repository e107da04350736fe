"""The doors of a review's candidate: blind ratings, what was agreed, votes, objections, the decision."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import AccountId, UserId
from app.selection.core.reviews.decisions import AlreadyDecided, NotReadyToDecide, UnusableDecision
from app.selection.core.reviews.states import WrongReviewState
from app.selection.routes.decisions import record
from app.selection.routes.reviews import PathReviewId, read, user, write
from app.selection.schemas import decisions as decision_wire
from app.selection.schemas import reviews as wire
from app.selection.service.reviews import candidates, decisions, objections
from app.selection.service.reviews.candidates import Ballot, Given, Look, Opened
from app.selection.service.reviews.reviewing import ReviewNotFound
from app.selection.service.reviews.seats import CandidateDecided, CandidateNotFound, NotAParticipant
from app.tenancy.deps import Connection, CurrentCaller, doors

router = doors(tags=["selection"])
CANDIDATE = "/selection/reviews/{review_id}/candidates/{account_id}"
PathCandidateId = Annotated[Id, Path(description="The account's id, as it is reviewed")]
SAY = (
    ReviewNotFound, CandidateNotFound, NotAParticipant, SpeaksForAnother, UnknownPeople, WrongReviewState,
    CandidateDecided,
)  # fmt: skip


def _given(body: wire.RatingsBody) -> list[Given]:
    return [Given(one.metric, one.value, one.comment) for one in body.ratings]


def _ratings(document: Any) -> list[dict[str, Any]]:
    return [{"metric": metric, **said} for metric, said in (document or {}).items()]


def _own(row: Any) -> dict[str, Any]:
    plain = {name: row[name] for name in wire.OwnRatings.model_fields if name != "ratings"}
    return {**plain, "ratings": _ratings(row["ratings"])}


def _vote(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in wire.CandidateVote.model_fields}


def _opened(opened: Opened | None) -> dict[str, Any]:
    if opened is None:
        return {"metrics": None, "axes": None, "ratings": None, "votes": None}
    ratings = [
        {"user_id": row["user_id"], "function": row["function"], **rating}
        for row in opened.ratings
        for rating in _ratings(row["ratings"])
    ]
    votes = [_vote(row) for row in opened.votes]
    return {"metrics": opened.metrics, "axes": opened.axes, "ratings": ratings, "votes": votes}


def _shown(look: Look) -> dict[str, Any]:
    review, row = look.candidate.review, look.candidate.row
    return {
        "review_id": review["id"],
        "review_state": review["state"],
        "account_id": row["account_id"],
        "account_name": row["account_name"],
        "revealed": review["revealed_at"] is not None,
        "functions": sorted({one["function"] for one in look.participants}),
        "functions_rated": row["functions_rated"],
        "functions_voted": row["functions_voted"],
        "own_ratings": None if look.own is None else _own(look.own),
        **_opened(look.opened),
        "agreed": _ratings(row["unified"]),
        "agreed_at": row["unified_at"],
        "agreed_by_user_id": row["unified_by_user_id"],
        "objections": [
            {name: one[name] for name in decision_wire.ReviewObjection.model_fields} for one in look.objections
        ],
        "decisions": [
            {name: one[name] for name in decision_wire.DecisionSummary.model_fields} for one in look.decisions
        ],
    }


@router.get(
    CANDIDATE,
    response_model=decision_wire.CandidateLook,
    responses=problems(ReviewNotFound, CandidateNotFound),
    openapi_extra=read,
)
async def get_selection_review_candidate(
    review_id: PathReviewId, account_id: PathCandidateId, caller: CurrentCaller, connection: Connection
) -> Any:
    """Read all that was said of a candidate; before the reveal, no more than what the key's own person rated."""
    return _shown(await candidates.look(connection, caller, review_id, AccountId(account_id)))


@router.put(
    f"{CANDIDATE}/ratings",
    response_model=wire.OwnRatings,
    responses=problems(*SAY, candidates.UnusableRatings),
    openapi_extra=write,
)
async def rate_selection_review_candidate(  # a door's parameters
    review_id: PathReviewId,
    account_id: PathCandidateId,
    body: wire.RatingsBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """Rate a candidate blind, in place of what the same person rated before; nobody sees it until the reveal."""
    said = await candidates.rate(
        connection, caller, review_id, AccountId(account_id), _given(body), user_id=user(body.user_id)
    )
    return _own(said)


@router.put(
    f"{CANDIDATE}/unified",
    response_model=decision_wire.CandidateLook,
    responses=problems(*SAY, candidates.UnusableRatings),
    openapi_extra=write,
)
async def agree_on_selection_review_candidate(  # a door's parameters
    review_id: PathReviewId,
    account_id: PathCandidateId,
    body: wire.RatingsBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """Record what the joint session agreed on; metrics that are left out keep what was agreed on them before.

    It becomes each participating function's rating of the account at once, and its score is made anew.
    """
    look = await candidates.unify(
        connection, caller, review_id, AccountId(account_id), _given(body), user_id=user(body.user_id)
    )
    return _shown(look)


@router.put(
    f"{CANDIDATE}/vote",
    response_model=wire.CandidateVote,
    responses=problems(*SAY, candidates.UnusableVote),
    openapi_extra=write,
)
async def vote_on_selection_review_candidate(  # a door's parameters
    review_id: PathReviewId,
    account_id: PathCandidateId,
    body: wire.VoteBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """Vote on a candidate in the joint session, in place of the same person's vote before."""
    ballot = Ballot(body.vote, body.reason, body.conditions)
    said = await candidates.vote(
        connection, caller, review_id, AccountId(account_id), ballot, user_id=user(body.user_id)
    )
    return _vote(said)


@router.post(
    f"{CANDIDATE}/objections",
    status_code=201,
    response_model=decision_wire.ReviewObjection,
    responses=problems(*SAY, objections.UnusableObjection),
    openapi_extra=write,
)
async def raise_selection_objection(  # a door's parameters
    review_id: PathReviewId,
    account_id: PathCandidateId,
    body: decision_wire.ObjectionBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """Raise an objection to a candidate: the roadblock that is foreseen, who is to clear it, and by when."""
    asked = objections.Raised(body.body, UserId(body.owner_user_id), body.due_on)
    made = await objections.raise_one(
        connection, caller, review_id, AccountId(account_id), asked, user_id=user(body.user_id)
    )
    return {name: made[name] for name in decision_wire.ReviewObjection.model_fields}


@router.post(
    f"{CANDIDATE}/decision",
    status_code=201,
    response_model=decision_wire.DecisionRecord,
    responses=problems(
        ReviewNotFound,
        CandidateNotFound,
        SpeaksForAnother,
        UnknownPeople,
        WrongReviewState,
        NotReadyToDecide,
        AlreadyDecided,
        UnusableDecision,
    ),
    openapi_extra=write,
)
async def decide_selection_review_candidate(  # a door's parameters
    review_id: PathReviewId,
    account_id: PathCandidateId,
    body: decision_wire.DecisionBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Decide on a candidate: the record freezes what it rests on, and is only ever followed by a later one.

    It wants an agreed rating and the votes of two functions at least, or an `override_reason`, which stays on record.
    """
    asked = decisions.Asked(body.decision, body.tier, body.rationale, body.supersedes_id, body.override_reason)
    made = await decisions.decide(
        connection, caller, review_id, AccountId(account_id), asked, user_id=user(body.user_id)
    )
    response.headers["Location"] = f"/v1/selection/decisions/{made['id']}"
    return record(made)
