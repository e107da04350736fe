"""The doors of what participants of a feedback round say: their answers, objections and proposals."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.selection.core.feedback.answers import Comparison, UnusableAnswer
from app.selection.routes.feedback import PathRoundId
from app.selection.routes.feedback_shown import answer_shown, item_shown
from app.selection.schemas.feedback import (
    FeedbackAnswerBody,
    FeedbackDispositionBody,
    FeedbackGiven,
    FeedbackItem,
    FeedbackItemBody,
    FeedbackWithdrawalBody,
)
from app.selection.service.feedback import answers, items, rounds
from app.selection.service.feedback.items import ItemId, Raised
from app.selection.service.feedback.rounds import RoundId
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathItemId = Annotated[Id, Path(description="The objection's or proposal's id")]
SPEAKS = (SpeaksForAnother, UnknownPeople)


def _user(value: Id | None) -> UserId | None:
    return None if value is None else UserId(value)


@router.put(
    "/selection/feedback-rounds/{round_id}/answer",
    response_model=FeedbackGiven,
    responses=problems(rounds.RoundNotFound, rounds.RoundEnded, answers.NotAskedForFeedback, UnusableAnswer, *SPEAKS),
    openapi_extra=write,
)
async def put_feedback_answer(
    round_id: PathRoundId, body: FeedbackAnswerBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Say what the criteria are worth: 100 points over them, or every pair compared; replaced while the round is open.

    Judgements that contradict each other (consistency ratio above 0.1) are taken, with a warning that names the worst.
    """
    compared = body.comparisons
    answered = await answers.submit(
        connection,
        caller,
        RoundId(round_id),
        user_id=_user(body.user_id),
        points=body.points,
        comparisons=None if compared is None else [Comparison(one.a, one.b, one.ratio) for one in compared],
    )
    return answer_shown(answered)


@router.get(
    "/selection/feedback-rounds/{round_id}/answer",
    response_model=FeedbackGiven,
    responses=problems(rounds.RoundNotFound, answers.AnswerNotFound, answers.AnswersBlind, UnknownPeople),
    openapi_extra=read,
)
async def get_feedback_answer(
    round_id: PathRoundId,
    caller: CurrentCaller,
    connection: Connection,
    user_id: Annotated[Id | None, Query(description="Whose answer; the key's own person if absent")] = None,
) -> Any:
    """Read one's own answer by a key of one's own, or anybody's once the round is closed."""
    return answer_shown(await answers.read(connection, caller, RoundId(round_id), _user(user_id)))


@router.post(
    "/selection/feedback-rounds/{round_id}/items",
    status_code=201,
    response_model=FeedbackItem,
    responses=problems(
        rounds.RoundNotFound,
        rounds.RoundEnded,
        answers.NotAskedForFeedback,
        items.TooManyItems,
        items.UnusableItem,
        *SPEAKS,
    ),
    openapi_extra=write,
)
async def raise_feedback_item(
    round_id: PathRoundId, body: FeedbackItemBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Object to the criteria or one of them, or propose a criterion; everybody sees it at once."""
    proposed = None if body.proposed is None else body.proposed.model_dump()
    raised = Raised(body.kind, body.body, body.criterion, body.blocking, proposed)
    made = await items.raise_item(connection, caller, RoundId(round_id), _user(body.user_id), raised)
    response.headers["Location"] = f"/v1/selection/feedback-items/{made.row['id']}"
    return item_shown(made)


@router.get(
    "/selection/feedback-items/{item_id}",
    response_model=FeedbackItem,
    responses=problems(items.ItemNotFound),
    openapi_extra=read,
)
async def get_feedback_item(item_id: PathItemId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read an objection or a proposal, and what became of it."""
    return item_shown(await items.find_item(connection, tenant_id, ItemId(item_id)))


@router.post(
    "/selection/feedback-items/{item_id}/dispose",
    response_model=FeedbackItem,
    responses=problems(items.ItemNotFound, items.ItemSettled, rounds.RoundEnded, *SPEAKS),
    openapi_extra=write,
)
async def dispose_feedback_item(
    item_id: PathItemId, body: FeedbackDispositionBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Say what becomes of an objection or a proposal, and why.

    What was deferred may be settled later; a blocking objection that was deferred stays open for the litmus test until
    it is, even after the round is closed.
    """
    disposed = await items.dispose(
        connection,
        caller,
        ItemId(item_id),
        disposition=body.disposition,
        reason=body.reason,
        user_id=_user(body.user_id),
    )
    return item_shown(disposed)


@router.post(
    "/selection/feedback-items/{item_id}/withdraw",
    response_model=FeedbackItem,
    responses=problems(items.ItemNotFound, items.ItemSettled, items.RaisedByAnother, rounds.RoundEnded, *SPEAKS),
    openapi_extra=write,
)
async def withdraw_feedback_item(
    item_id: PathItemId, body: FeedbackWithdrawalBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Take back what one raised oneself."""
    return item_shown(await items.withdraw(connection, caller, ItemId(item_id), _user(body.user_id), body.reason))
