"""The doors of feedback rounds: opened, seen, closed, applied."""

from typing import Annotated, Any

from fastapi import Path, Response

from app.accounts.service.people import UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import ModelId, UserId
from app.selection.routes.feedback_shown import participant_shown, shown, summary
from app.selection.routes.models import PathModelId
from app.selection.schemas.feedback import (
    AppliedFeedback,
    FeedbackParticipant,
    FeedbackParticipantsBody,
    FeedbackRound,
    FeedbackRoundBody,
    FeedbackRoundSummary,
)
from app.selection.service import models
from app.selection.service.feedback import closing, rounds
from app.selection.service.feedback.rounds import RoundId
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathRoundId = Annotated[Id, Path(description="The feedback round's id")]
PathParticipant = Annotated[Id, Path(description="The participant's user id")]


@router.post(
    "/selection/models/{model_id}/feedback-rounds",
    status_code=201,
    response_model=FeedbackRound,
    responses=problems(
        models.ModelNotFound,
        models.ShippedModel,
        rounds.NotADraft,
        rounds.AnotherRoundOpen,
        rounds.UnusableRound,
        UnknownPeople,
    ),
    openapi_extra=write,
)
async def open_feedback_round(
    model_id: PathModelId, body: FeedbackRoundBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Ask people of several functions what the criteria of a model's draft are worth; one round at a time."""
    opened = await rounds.open_round(
        connection,
        caller,
        ModelId(model_id),
        name=body.name,
        participants=[UserId(each) for each in body.participants],
        closes_on=body.closes_on,
    )
    response.headers["Location"] = f"/v1/selection/feedback-rounds/{opened.round.id}"
    return shown(opened)


@router.get(
    "/selection/models/{model_id}/feedback-rounds",
    response_model=Page[FeedbackRoundSummary],
    responses=problems(models.ModelNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_feedback_rounds(
    model_id: PathModelId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List a model's feedback rounds, the newest first."""
    found = await rounds.page(connection, tenant_id, ModelId(model_id), asked)
    return {"data": [summary(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/selection/feedback-rounds/{round_id}",
    response_model=FeedbackRound,
    responses=problems(rounds.RoundNotFound),
    openapi_extra=read,
)
async def get_feedback_round(round_id: PathRoundId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a feedback round: who was asked, what was raised, and once it is closed what it came to."""
    return shown(await rounds.whole(connection, tenant_id, RoundId(round_id)))


@router.post(
    "/selection/feedback-rounds/{round_id}/participants",
    response_model=FeedbackRound,
    responses=problems(rounds.RoundNotFound, rounds.RoundEnded, rounds.TooManyParticipants, UnknownPeople),
    openapi_extra=write,
)
async def add_feedback_participants(
    round_id: PathRoundId, body: FeedbackParticipantsBody, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Ask more people; who was asked already stays as asked. A round has 200 participants at most."""
    wanted = [UserId(each) for each in body.participants]
    return shown(await rounds.add_participants(connection, tenant_id, RoundId(round_id), wanted))


@router.get(
    "/selection/feedback-rounds/{round_id}/participants/{user_id}",
    response_model=FeedbackParticipant,
    responses=problems(rounds.RoundNotFound, rounds.ParticipantNotFound),
    openapi_extra=read,
)
async def get_feedback_participant(
    round_id: PathRoundId, user_id: PathParticipant, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Read whether somebody who was asked has answered; not what."""
    return participant_shown(*await rounds.participant(connection, tenant_id, RoundId(round_id), UserId(user_id)))


@router.delete(
    "/selection/feedback-rounds/{round_id}/participants/{user_id}",
    status_code=204,
    responses=problems(rounds.RoundNotFound, rounds.ParticipantNotFound, rounds.RoundEnded, rounds.HasAnswered),
    openapi_extra=write,
)
async def remove_feedback_participant(
    round_id: PathRoundId, user_id: PathParticipant, tenant_id: CurrentTenant, connection: Connection
) -> None:
    """Ask somebody no longer who has not answered."""
    await rounds.remove_participant(connection, tenant_id, RoundId(round_id), UserId(user_id))


@router.post(
    "/selection/feedback-rounds/{round_id}/close",
    response_model=FeedbackRound,
    responses=problems(rounds.RoundNotFound, rounds.RoundEnded, closing.ItemsUndisposed, closing.NobodyAnswered),
    openapi_extra=write,
)
async def close_feedback_round(round_id: PathRoundId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Close a round once everything raised has a disposition: the answers are revealed, the result is kept for good."""
    return shown(await closing.close(connection, tenant_id, RoundId(round_id)))


@router.post(
    "/selection/feedback-rounds/{round_id}/abandon",
    response_model=FeedbackRound,
    responses=problems(rounds.RoundNotFound, rounds.RoundEnded),
    openapi_extra=write,
)
async def abandon_feedback_round(round_id: PathRoundId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """End a round without a result; its answers stay blind."""
    return shown(await rounds.abandon(connection, tenant_id, RoundId(round_id)))


@router.post(
    "/selection/feedback-rounds/{round_id}/apply",
    response_model=AppliedFeedback,
    responses=problems(
        rounds.RoundNotFound,
        closing.RoundNotClosed,
        closing.CriteriaChanged,
        models.ModelChanged,
        models.UnusableMetrics,
        IfMatchNeeded,
        UnreadableIfMatch,
    ),
    openapi_extra=write,
)
async def apply_feedback_round(
    round_id: PathRoundId,
    version: IfMatchRequired,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Draft the model anew with a closed round's mean weights, and nothing else changed; If-Match is the model's."""
    applied = await closing.apply(connection, tenant_id, RoundId(round_id), version=version)
    tag(response, applied.version)
    return {
        "model_id": applied.model_id,
        "model_version": applied.number,
        "state": applied.state,
        "version": applied.version,
    }
