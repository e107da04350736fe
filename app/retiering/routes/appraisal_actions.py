"""The doors of the joint action plans of appraisals."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.accounts.service.people import UnknownPeople
from app.calibration.service.references import UnknownContact
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.periods import InTheFuture
from app.retiering.core.appraisals import (
    AppraisalClosed,
    IllegalAppraisalActionMove,
    UnusableAppraisal,
    UnusableAppraisalAction,
)
from app.retiering.routes.appraisals import PathAppraisalId, read, write
from app.retiering.routes.appraisals_shown import action_shown
from app.retiering.schemas import appraisal_actions as wire
from app.retiering.service import appraisal_actions as actions
from app.retiering.service.appraisal_actions import (
    AppraisalActionChanged,
    AppraisalActionNotFound,
    TooManyAppraisalActions,
)
from app.retiering.service.appraisals import AppraisalNotFound
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors

router = doors(tags=["retiering"])
PathActionId = Annotated[Id, Path(description="The action's id")]


@router.post(
    "/appraisals/{appraisal_id}/actions",
    status_code=201,
    response_model=wire.AppraisalAction,
    responses=problems(
        AppraisalNotFound, AppraisalClosed, TooManyAppraisalActions, UnusableAppraisalAction, UnusableAppraisal,
        UnknownPeople, UnknownContact,
    ),
    openapi_extra=write,
)  # fmt: skip
async def add_appraisal_action(
    appraisal_id: PathAppraisalId,
    body: wire.NewAppraisalActionBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Add an action to the joint plan, with an owner of the side that acts; the first makes it an action plan.

    Once the plan's day has passed while an action is not done or a requirement is missed, it is looked at anew.
    """
    row = await actions.add(connection, caller, appraisal_id, body.model_dump())
    response.headers["Location"] = f"/v1/appraisal-actions/{row['id']}"
    tag(response, row["version"])
    return action_shown(row)


@router.get(
    "/appraisals/{appraisal_id}/actions",
    response_model=Page[wire.AppraisalAction],
    responses=problems(AppraisalNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_appraisal_actions(
    appraisal_id: PathAppraisalId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the actions of an appraisal's plan, what is due first first."""
    found = await actions.page(connection, tenant_id, appraisal_id, asked)
    return {"data": [action_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/appraisal-actions/{action_id}",
    response_model=wire.AppraisalAction,
    responses=problems(AppraisalActionNotFound),
    openapi_extra=read,
)
async def get_appraisal_action(
    action_id: PathActionId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read an action of an appraisal's plan: who is to do what by when, and where it may go from here."""
    row = await actions.find(connection, tenant_id, action_id)
    tag(response, row["version"])
    return action_shown(row)


@router.patch(
    "/appraisal-actions/{action_id}",
    response_model=wire.AppraisalAction,
    responses=problems(
        AppraisalActionNotFound, AppraisalActionChanged, AppraisalClosed, IllegalAppraisalActionMove,
        UnusableAppraisal, UnreadableIfMatch, InTheFuture,
    ),
    openapi_extra=write,
)  # fmt: skip
async def change_appraisal_action(
    action_id: PathActionId,
    body: wire.AppraisalActionBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Move an action on (`offered` → `agreed` → `in_progress` → `done`, or `failed`), or say more of it."""
    given = body.model_dump(exclude_unset=True, exclude={"on"})
    row = await actions.change(connection, caller, action_id, given, body.on, version=version)
    tag(response, row["version"])
    return action_shown(row)
