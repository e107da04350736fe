"""The doors of plans' actions."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.planning.core.actions import UnusableAction
from app.planning.core.consistency import UnusablePlan
from app.planning.routes.plans import Account, For
from app.planning.routes.shown import action_shown
from app.planning.schemas.actions import ActionState, NewPlanActionBody, PlanAction, PlanActionBody
from app.planning.service import actions
from app.planning.service.actions import ActionChanged, ActionId, ActionNotFound, TooManyActions
from app.planning.service.plans import PlanArchived, PlanNotFound
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["plans"])
read, write = needs("health:read"), needs("health:write")
PathActionId = Annotated[Id, Path(description="The action's id")]
InState = Annotated[ActionState | None, Query(description="Only actions in this state")]
Overdue = Annotated[bool, Query(description="True: only open ones whose day has passed")]


def _fields(body: NewPlanActionBody | PlanActionBody) -> dict[str, Any]:
    """The columns that a body names."""
    given = body.model_dump(exclude_unset=True, exclude={"worth"})
    if "worth" in body.model_fields_set:
        worth = body.worth
        given |= {"worth": worth and worth.amount, "currency": worth and worth.currency}
    return given


# Not `async`, a dependency would be given to a thread.
async def _wanted(state: InState = None, overdue: Overdue = False, audience: For = "internal") -> actions.Wanted:  # noqa: FBT002  # a query parameter
    return actions.Wanted(state, overdue, audience)


@router.post(
    "/accounts/{account_id}/plan/actions",
    status_code=201,
    response_model=PlanAction,
    responses=problems(
        AccountNotFound, PlanNotFound, PlanArchived, UnusableAction, UnusablePlan, UnknownPeople, TooManyActions
    ),
    openapi_extra=write,
)
async def add_plan_action(
    account: Account, body: NewPlanActionBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Add an action to an account's plan: what is done, by whom of either side, by when, for which objective."""
    made = await actions.add(connection, caller, account, _fields(body))
    response.headers["Location"] = f"/v1/plan-actions/{made.row['id']}"
    tag(response, made.row["version"])
    return action_shown(made)


@router.get(
    "/accounts/{account_id}/plan/actions",
    response_model=Page[PlanAction],
    responses=problems(AccountNotFound, PlanNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_plan_actions(
    account: Account,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    wanted: Annotated[actions.Wanted, Depends(_wanted)],
) -> Any:
    """List the actions of an account's plan, what is due first first.

    For the customer: those that serve an objective, while objectives are shared, without what they are worth to us.
    """
    found = await actions.page(connection, tenant_id, account, asked, wanted)
    return {"data": [action_shown(one, wanted.audience) for one in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/plan-actions/{action_id}", response_model=PlanAction, responses=problems(ActionNotFound), openapi_extra=read
)
async def get_plan_action(
    action_id: PathActionId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read an action of a plan."""
    found = await actions.find(connection, tenant_id, ActionId(action_id))
    tag(response, found.row["version"])
    return action_shown(found)


@router.patch(
    "/plan-actions/{action_id}",
    response_model=PlanAction,
    responses=problems(ActionNotFound, ActionChanged, UnusableAction, UnusablePlan, UnknownPeople, UnreadableIfMatch),
    openapi_extra=write,
)
async def change_plan_action(
    action_id: PathActionId,
    body: PlanActionBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Change an action of a plan: hand it over, move its day, say that it is done and what came of it."""
    changed = await actions.change(connection, caller, ActionId(action_id), _fields(body), version=version)
    tag(response, changed.row["version"])
    return action_shown(changed)
