"""The doors of relationship resets: planned, carried out step by step, realigned, completed, looked back at."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.service.references import UnknownContact
from app.infra.problems import problems
from app.infra.versions import IfMatch, IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.infra.wire import Id, IsoDate
from app.kernel.ids import TenantId, UserId
from app.kernel.periods import InTheFuture, day_asked
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.retiering.core.resets import (
    BeforeItWasPossible,
    IllegalResetMove,
    ResetNotDone,
    StepDone,
    StepsInOrder,
    UnusableSteps,
)
from app.retiering.routes.resets_shown import outcome_shown, reset_shown, step_shown
from app.retiering.schemas import resets as wire
from app.retiering.service import reset_moves, reset_outcomes, resets, resetting
from app.retiering.service.decisions import RetieringNotFound
from app.retiering.service.reset_moves import ContactNeeded, Done, Ending
from app.retiering.service.reset_outcomes import ResetNotComplete
from app.retiering.service.resets import ResetChanged, ResetNotFound
from app.retiering.service.resetting import NothingToReset, ResetPlanned, StepNotFound, UnusableRealignment, Which
from app.selection.core.lifecycle import IllegalLifecycleMove, MovedLater
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["retiering"])
read, write = needs("retiering:read"), needs("retiering:write")
PATH: Final = "/retierings/{retiering_id}/reset"
PathRetieringId = Annotated[Id, Path(description="The retiering's id")]
PathPlace = Annotated[int, Path(ge=1, le=20, description="The step's place in the order, from 1")]
AsOf = Annotated[IsoDate | None, Query(description="What was known at the end of this day; today when not given")]
CHANGING: Final = (ResetNotFound, ResetChanged, IllegalResetMove, UnreadableIfMatch)
ENDING: Final = (*CHANGING, IfMatchNeeded, BeforeItWasPossible, InTheFuture)


# Not `async`, a dependency would be given to a thread.
async def _any_version(retiering_id: PathRetieringId, place: PathPlace, version: IfMatch) -> Which:
    return Which(retiering_id, place, version)


async def _as_read(retiering_id: PathRetieringId, place: PathPlace, version: IfMatchRequired) -> Which:
    return Which(retiering_id, place, version)


# The step that is meant, of the reset as it was read.
AnyVersion = Annotated[Which, Depends(_any_version)]
AsRead = Annotated[Which, Depends(_as_read)]


async def _shown(connection: Connection, tenant_id: TenantId, retiering_id: UUID, response: Response) -> Any:
    reset = await resets.find(connection, tenant_id, retiering_id)
    tag(response, reset.row["version"])
    return reset_shown(reset, resets.today())


@router.post(
    PATH,
    status_code=201,
    response_model=wire.RelationshipReset,
    responses=problems(
        RetieringNotFound, NothingToReset, ResetPlanned, UnusableSteps, UnknownPeople, InTheFuture, BeforeItWasPossible
    ),
    openapi_extra=write,
)
async def plan_relationship_reset(
    retiering_id: PathRetieringId,
    body: wire.ResetBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Plan how a customer is told that it gets less: what is said, why, what it gains, and in which order.

    Until the call of the executive or the meeting with the KAM is recorded, nothing can be withdrawn from the account:
    no entitlement, no promise, no sponsor. `realignment` names each resource of which it will get less.
    """
    given = body.model_dump(exclude={"steps"})
    await resetting.plan(connection, caller, retiering_id, given, [step.model_dump() for step in body.steps])
    response.headers["Location"] = f"/v1/retierings/{retiering_id}/reset"
    return await _shown(connection, caller.tenant_id, retiering_id, response)


@router.get(
    PATH, response_model=wire.RelationshipReset, responses=problems(ResetNotFound, InTheFuture), openapi_extra=read
)
async def get_relationship_reset(
    retiering_id: PathRetieringId,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
    as_of: AsOf = None,
) -> Any:
    """Read how a customer is told that it gets less, how complete that is, and how far."""
    day = day_asked(as_of, resets.today(), pointer="/query/as_of")
    reset = await resets.find_on(connection, tenant_id, retiering_id, day)
    tag(response, reset.row["version"])
    return reset_shown(reset, day)


@router.get(
    f"{PATH}/steps/{{place}}",
    response_model=wire.ResetStep,
    responses=problems(ResetNotFound, StepNotFound),
    openapi_extra=read,
)
async def get_reset_step(
    retiering_id: PathRetieringId, place: PathPlace, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Read a step of a reset, and whether it is done."""
    day = resets.today()
    reset = await resets.find_on(connection, tenant_id, retiering_id, day)
    return step_shown(reset, resetting.step_of(reset.steps, place), day)


@router.patch(
    f"{PATH}/steps/{{place}}",
    response_model=wire.RelationshipReset,
    responses=problems(*CHANGING, StepNotFound, StepDone, UnusableSteps, UnknownPeople),
    openapi_extra=write,
)
async def change_reset_step(
    which: AnyVersion,
    body: wire.ResetStepChangeBody,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Change a step that is not done yet: to whom it is said, what, by whom and when."""
    await resetting.change_step(connection, tenant_id, which, body.model_dump(exclude_unset=True))
    return await _shown(connection, tenant_id, which.retiering_id, response)


@router.post(
    f"{PATH}/steps/{{place}}/done",
    response_model=wire.RelationshipReset,
    responses=problems(*ENDING, StepNotFound, StepsInOrder, ContactNeeded, UnknownContact),
    openapi_extra=write,
)
async def record_reset_step(
    which: AsRead,
    body: wire.ResetStepDoneBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Record that a step was carried out; steps are in order, and a call or a meeting names whom it was with.

    The first of these is the talk with the customer: from its day on what it was told of may be withdrawn.
    """
    done = Done(body.on, body.contact_id, body.note)
    await reset_moves.carry_out(connection, caller, which, done)
    return await _shown(connection, caller.tenant_id, which.retiering_id, response)


@router.put(
    f"{PATH}/realignment",
    response_model=wire.RelationshipReset,
    responses=problems(*CHANGING, UnusableRealignment),
    openapi_extra=write,
)
async def realign_resources(
    retiering_id: PathRetieringId,
    body: wire.RealignmentBody,
    version: IfMatch,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Say of each resource of which the account gets less what takes its place, or why nothing does.

    Replacements are granted as such (see entitlements): to give more is free at any time.
    """
    lines = [line.model_dump() for line in body.lines]
    await resetting.realign(connection, tenant_id, retiering_id, lines, version=version)
    return await _shown(connection, tenant_id, retiering_id, response)


@router.post(
    f"{PATH}/complete",
    response_model=wire.RelationshipReset,
    responses=problems(
        *ENDING,
        ResetNotDone,
        ConversationNotRecorded,
        IllegalLifecycleMove,
        MovedLater,
        UnknownPeople,
        SpeaksForAnother,
    ),
    openapi_extra=write,
)
async def complete_relationship_reset(
    retiering_id: PathRetieringId,
    body: wire.ResetEndBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Complete a reset once all steps are done and each withdrawn resource is mapped.

    What is decided comes into force: the account has its new tier, or leaves the program, and what its tier brought
    goes with that.
    """
    user_id = None if body.user_id is None else UserId(body.user_id)
    await reset_moves.complete(connection, caller, Ending(retiering_id, version, body.on, user_id))
    return await _shown(connection, caller.tenant_id, retiering_id, response)


@router.post(f"{PATH}/cancel", response_model=wire.RelationshipReset, responses=problems(*ENDING), openapi_extra=write)
async def cancel_relationship_reset(
    retiering_id: PathRetieringId,
    body: wire.ResetCancelBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Give a reset up, with the reason: nothing is withdrawn until the account is decided anew."""
    await reset_moves.cancel(connection, caller, Ending(retiering_id, version, body.on), body.reason)
    return await _shown(connection, caller.tenant_id, retiering_id, response)


@router.get(
    f"{PATH}/outcome",
    response_model=wire.ResetOutcome,
    responses=problems(ResetNotFound, ResetNotComplete, InTheFuture),
    openapi_extra=read,
)
async def get_reset_outcome(
    retiering_id: PathRetieringId, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """Look back at a reset 3, 6 and 12 months after: revenue, retention and satisfaction, beside what was feared.

    Revenue since the reset stands against that of as many days before it; days that have not come are `too_early`.
    """
    return outcome_shown(await reset_outcomes.outcome(connection, tenant_id, retiering_id, as_of))
