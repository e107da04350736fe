"""The supplier's doors of submissions: what it says under seal, and, from the reveal on, what both said."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.parties import Party, SpeaksForCustomer, check_a_keys
from app.calibration.core.states import NotInStep
from app.calibration.core.submissions import NothingToSeal, SubmissionSealed, UnusableSubmission
from app.calibration.routes.paths import Calibration, PathParty
from app.calibration.schemas import submissions as wire
from app.calibration.service import speaking, submissions
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationNotFound
from app.calibration.service.submissions import Side, SubmissionChanged, Submissions
from app.infra.problems import problems
from app.infra.versions import IfMatch, IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")


# Not `async`, a dependency would be given to a thread.
async def _of_supplier(calibration_id: Calibration, party: PathParty) -> UUID:
    check_a_keys(party)
    return calibration_id


# The calibration, where the path names the side that keys speak for.
OfSupplier = Annotated[UUID, Depends(_of_supplier)]


@router.get(
    "/calibrations/{calibration_id}/submissions",
    response_model=wire.CalibrationSubmissions,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def list_submissions(calibration_id: Calibration, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List both sides' submissions: the supplier's own, and the customer's once both are sealed.

    Until then it is told of the customer's whether it is sealed, when and by whom, and nothing else.
    """
    return shown(await submissions.shown_to(connection, tenant_id, calibration_id, "supplier"))


@router.put(
    "/calibrations/{calibration_id}/submissions/{party}",
    response_model=wire.OwnSubmission,
    responses=problems(
        CalibrationNotFound, NotInStep, SpeaksForCustomer, SubmissionSealed, SubmissionChanged, UnreadableIfMatch,
        UnusableSubmission, UnknownPeople, SpeaksForAnother,
    ),
    openapi_extra=write,
)  # fmt: skip
async def save_submission(
    calibration_id: OfSupplier,
    body: wire.SubmissionBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Save the supplier's submission, whole; the customer's is saved by invitation alone."""
    speaker = await _speaker(connection, caller, body.user_id)
    document = body.document.model_dump(mode="json")
    await submissions.save(connection, speaker, calibration_id, document, version=version)
    return own(
        await submissions.shown_to(connection, caller.tenant_id, calibration_id, "supplier"), "supplier", response
    )


@router.post(
    "/calibrations/{calibration_id}/submissions/{party}/seal",
    response_model=wire.OwnSubmission,
    responses=problems(
        CalibrationNotFound, NotInStep, SpeaksForCustomer, SubmissionSealed, NothingToSeal, SubmissionChanged,
        UnreadableIfMatch, IfMatchNeeded, InTheFuture, BeforeTheLastMove, UnknownPeople, SpeaksForAnother,
    ),
    openapi_extra=write,
)  # fmt: skip
async def seal_submission(
    calibration_id: OfSupplier,
    body: wire.SealBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Seal the supplier's submission: it stays as it is, and where the customer's is sealed, both are revealed."""
    speaker = await _speaker(connection, caller, body.user_id)
    await submissions.seal(connection, speaker, calibration_id, body.on, version=version)
    return own(
        await submissions.shown_to(connection, caller.tenant_id, calibration_id, "supplier"), "supplier", response
    )


async def _speaker(connection: Connection, caller: Caller, user_id: Id | None) -> speaking.Speaker:
    return await speaking.supplier(connection, caller, None if user_id is None else UserId(user_id))


def shown(found: Submissions) -> dict[str, Any]:
    """Both sides, as their reader may see them."""
    return {
        "calibration_id": found.calibration["id"],
        "round": found.calibration["round"],
        "revealed": found.revealed,
        "revealed_at": found.revealed_at,
        "submissions": [_side(side) for side in found.sides],
    }


def own(found: Submissions, party: Party, response: Response) -> dict[str, Any]:
    """The reader's own side."""
    side = found.of(party)
    tag(response, side.version or 0)
    return {**_side(side), "version": side.version or 0, "round": found.calibration["round"]}


def _side(side: Side) -> dict[str, Any]:
    return {**asdict(side), "sealed": side.sealed}
