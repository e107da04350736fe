"""The doors of reselections: what an account has to show to become key again, who helps, and its return."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.service.references import UnknownContact
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import InTheFuture
from app.metrics.core.registry import UnknownMetric
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.resourcing.schemas.utilization import rounded
from app.retiering.core.readiness import NotEligible, UnusableCriterion
from app.retiering.core.resets import BeforeItWasPossible
from app.retiering.routes.resets import AsOf, PathRetieringId
from app.retiering.schemas import reselections as wire
from app.retiering.service import reselecting, reselections
from app.retiering.service.decisions import RetieringNotFound
from app.retiering.service.reselecting import (
    CriterionNotFound,
    NotAKeyAccount,
    NothingToShow,
    NotOnTheWayBack,
    ReselectionChanged,
    ReselectionClosed,
    ReselectionOpen,
    Said,
)
from app.retiering.service.reselections import Criterion, Reselection, ReselectionNotFound, Wanted
from app.selection.core.lifecycle import DecisionNeeded, MovedLater
from app.selection.service.lifecycle import TrackFull
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["retiering"])
read, write = needs("retiering:read"), needs("retiering:write")
PATH: Final = "/retierings/{retiering_id}/reselection"
PathCriterionId = Annotated[Id, Path(description="The criterion's id")]
InState = Annotated[wire.State | None, Query(description="Only those in this state")]
OfAccount = Annotated[Id | None, Query(description="Only those of this account")]
PEOPLE: Final = (UnknownPeople, SpeaksForAnother)
CHANGING: Final = (
    ReselectionNotFound, ReselectionChanged, ReselectionClosed, UnreadableIfMatch, InTheFuture, BeforeItWasPossible,
)  # fmt: skip
_ENTRY: Final = (
    "id", "retiering_id", "account_id", "account_name", "opened_on", "eligible_on", "closed_on", "version",
)  # fmt: skip
_CRITERION: Final = (
    "id", "title", "metric", "comparison", "target", "baseline", "judged_on", "action", "owner_user_id",
    "owner_contact_id", "due_on",
)  # fmt: skip


# Not `async`, a dependency would be given to a thread.
async def _which(retiering_id: PathRetieringId, criterion_id: PathCriterionId) -> tuple[UUID, UUID]:
    return retiering_id, criterion_id


def _said(body: Any, version: int | None = None) -> Said:
    return Said(version, body.on, None if body.user_id is None else UserId(body.user_id))


async def _shown(connection: Connection, tenant_id: TenantId, retiering_id: UUID, response: Response) -> Any:
    found = await reselections.find(connection, tenant_id, retiering_id)
    tag(response, found.row["version"])
    return _whole(found)


def _entry(found: Reselection) -> dict[str, Any]:
    ready, row = found.readiness, found.row
    then = {
        name: row[name] if row[name] and row[name] <= found.as_of else None for name in ("eligible_on", "closed_on")
    }
    return {
        **{name: row[name] for name in _ENTRY},
        **then,
        "state": found.state,
        "as_of": found.as_of,
        "readiness_pct": rounded(ready.percent),
        "criteria_met": ready.met,
        "criteria_count": ready.criteria,
        "eligible": ready.eligible,
    }


def _whole(found: Reselection) -> dict[str, Any]:
    row = found.row
    peers = [{name: peer[name] for name in wire.PeerConnection.model_fields} for peer in found.peers]
    return {
        **_entry(found),
        "criteria": [_criterion(found, one) for one in found.criteria],
        "peers": peers,
        **{name: row[name] for name in ("note", "created_at", "updated_at")},
    }


def _criterion(found: Reselection, one: Criterion) -> dict[str, Any]:
    owners = [one.row[name] for name in ("owner_user_id", "owner_contact_id") if one.row[name] is not None]
    return {
        **{name: one.row[name] for name in _CRITERION},
        "value": rounded(one.value),
        "met": one.standing.met,
        "progress": rounded(one.standing.progress),
        "owner_names": [found.names[owner] for owner in owners if owner in found.names],
    }


@router.get(
    "/reselections",
    response_model=Page[wire.ReselectionEntry],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_reselections(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    state: InState = None,
    account_id: OfAccount = None,
) -> Any:
    """List accounts on their way back to being key, and those that came back or gave up, the newest first."""
    wanted = Wanted(state, None if account_id is None else AccountId(account_id))
    found = await reselections.page(connection, tenant_id, asked, wanted)
    return {"data": [_entry(one) for one in found.data], "next_cursor": found.next_cursor}


@router.post(
    PATH,
    status_code=201,
    response_model=wire.Reselection,
    responses=problems(
        RetieringNotFound, NotOnTheWayBack, ReselectionOpen, ConversationNotRecorded, NothingToShow, UnusableCriterion,
        UnknownMetric, UnknownContact, InTheFuture, BeforeItWasPossible, MovedLater, *PEOPLE,
    ),
    openapi_extra=write,
)  # fmt: skip
async def open_reselection(
    retiering_id: PathRetieringId,
    body: wire.ReselectionBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Open the way back of an account that has less by a retiering: what it has to show, and the joint plan for it.

    An account in its reset leaves the program by it, which is refused before the customer was told.
    """
    given = None if body.criteria is None else [one.model_dump() for one in body.criteria]
    await reselecting.open_way_back(connection, caller, retiering_id, given, _said(body))
    response.headers["Location"] = f"/v1/retierings/{retiering_id}/reselection"
    return await _shown(connection, caller.tenant_id, retiering_id, response)


@router.get(
    PATH, response_model=wire.Reselection, responses=problems(ReselectionNotFound, InTheFuture), openapi_extra=read
)
async def get_reselection(
    retiering_id: PathRetieringId,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
    as_of: AsOf = None,
) -> Any:
    """Read how ready an account is to become key again: readiness in per cent, each criterion with its figures."""
    found = await reselections.find(connection, tenant_id, retiering_id, as_of)
    tag(response, found.row["version"])
    return _whole(found)


@router.get(
    f"{PATH}/criteria/{{criterion_id}}",
    response_model=wire.ReentryCriterion,
    responses=problems(ReselectionNotFound, CriterionNotFound),
    openapi_extra=read,
)
async def get_reentry_criterion(
    which: Annotated[tuple[UUID, UUID], Depends(_which)], tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Read a criterion and how it stands today."""
    found = await reselections.find(connection, tenant_id, which[0])
    return _criterion(found, reselecting.criterion_of(found, which[1]))


@router.patch(
    f"{PATH}/criteria/{{criterion_id}}",
    response_model=wire.Reselection,
    responses=problems(*CHANGING, CriterionNotFound, UnusableCriterion, UnknownContact, *PEOPLE),
    openapi_extra=write,
)
async def change_reentry_criterion(
    which: Annotated[tuple[UUID, UUID], Depends(_which)],
    body: wire.ReentryCriterionChangeBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Change a criterion or its part of the joint plan; say whether it is met where no metric tells."""
    given = body.model_dump(exclude_unset=True, exclude={"on", "user_id"})
    await reselecting.change_criterion(connection, caller, which, given, _said(body, version))
    return await _shown(connection, caller.tenant_id, which[0], response)


@router.post(
    f"{PATH}/peers",
    status_code=201,
    response_model=wire.Reselection,
    responses=problems(*CHANGING, NotAKeyAccount, UnknownContact, UnknownPeople),
    openapi_extra=write,
)
async def introduce_peer(
    retiering_id: PathRetieringId,
    body: wire.PeerConnectionBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Record that the account was introduced to a customer that is a key account now."""
    given = body.model_dump(exclude={"on"})
    await reselecting.introduce(connection, caller, retiering_id, given, Said(version, body.on))
    return await _shown(connection, caller.tenant_id, retiering_id, response)


@router.post(
    f"{PATH}/readmit",
    response_model=wire.Reselection,
    responses=problems(
        *CHANGING, IfMatchNeeded, NotEligible, NotOnTheWayBack, DecisionNeeded, TrackFull, MovedLater, *PEOPLE
    ),
    openapi_extra=write,
)
async def readmit_account(
    retiering_id: PathRetieringId,
    body: wire.ReselectionEndBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Let an account that meets all its criteria be a key account again.

    It acts on a new decision of a review to select the account, as any promotion does; its tier is the decision's.
    """
    await reselecting.readmit(connection, caller, retiering_id, body.reason, _said(body, version))
    return await _shown(connection, caller.tenant_id, retiering_id, response)


@router.post(
    f"{PATH}/abandon",
    response_model=wire.Reselection,
    responses=problems(*CHANGING, IfMatchNeeded, *PEOPLE),
    openapi_extra=write,
)
async def abandon_reselection(
    retiering_id: PathRetieringId,
    body: wire.ReselectionEndBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Give a way back up, with the reason; an account that left the program has left it for good."""
    await reselecting.abandon(connection, caller, retiering_id, body.reason, _said(body, version))
    return await _shown(connection, caller.tenant_id, retiering_id, response)
