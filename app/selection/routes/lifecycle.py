"""The doors of the program's lifecycle: where accounts stand, moving them on, how they came there."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.tested import TESTED_FOR_DAYS
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id, IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import InTheFuture
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.selection.core.lifecycle import DecisionNeeded, IllegalLifecycleMove, MovedLater, State, TierNotMeant
from app.selection.schemas.lifecycle import (
    LifecycleEntry,
    LifecycleMove,
    LifecycleMoveBody,
    LifecycleStanding,
    Track,
)
from app.selection.schemas.promotions import TestedPromotions
from app.selection.service import lifecycle, promotions
from app.selection.service.keeping import today
from app.selection.service.lifecycle import Placed
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathAccountId = Annotated[Id, Path(description="The account's id")]
InState = Annotated[State | None, Query(description="Only accounts in this state")]
OnTrack = Annotated[Track | None, Query(description="Only accounts on this track")]
OfTier = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$", description="Only accounts of this tier")]
Since = Annotated[IsoDate | None, Query(alias="from", description="Only promotions on this day or later")]
Until = Annotated[IsoDate | None, Query(description="Only promotions until the end of this day; today when not given")]
AT_MOST = 100
DueUntil = Annotated[IsoDate | None, Query(description="Only accounts that are to be reviewed by this day")]


# Not `async`, a dependency would be given to a thread.
async def _wanted(state: InState = None, track: OnTrack = None, tier: OfTier = None) -> dict[str, str]:
    given = {"state": state, "track": track, "tier": tier}
    return {name: value for name, value in given.items() if value is not None}


Wanted = Annotated[dict[str, str], Depends(_wanted)]


async def _all_shown(connection: Connection, tenant_id: TenantId, found: Sequence[Placed]) -> list[dict[str, Any]]:
    standings = [(one.account_id, one.standing) for one in found]
    warned = await promotions.uncalibrated(connection, tenant_id, standings)
    return [_shown(one, warned) for one in found]


def _shown(placed: Placed, uncalibrated: Collection[AccountId]) -> dict[str, Any]:
    standing = placed.standing
    return {
        "warnings": ["selected_without_calibration"] if placed.account_id in uncalibrated else [],
        "account_id": placed.account_id,
        "state": standing.state,
        "track": standing.track,
        "tier": standing.tier,
        "since": placed.since,
        "review_due_on": standing.review_due_on,
        "review_overdue": standing.overdue(today()),
        "legal_moves": list(standing.legal_moves),
        "version": placed.version,
    }


@router.get(
    "/accounts/{account_id}/lifecycle",
    response_model=LifecycleStanding,
    responses=problems(AccountNotFound),
    openapi_extra=read,
)
async def get_account_lifecycle(
    account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read where an account stands in the program, and what it may become from there."""
    standing_for = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    placed = await lifecycle.placed(connection, tenant_id, standing_for)
    tag(response, placed.version)
    return (await _all_shown(connection, tenant_id, [placed]))[0]


@router.post(
    "/accounts/{account_id}/lifecycle/moves",
    status_code=201,
    response_model=LifecycleStanding,
    responses=problems(
        AccountNotFound, IllegalLifecycleMove, DecisionNeeded, TierNotMeant, lifecycle.UnknownTier, lifecycle.TrackFull,
        lifecycle.StandingChanged, UnreadableIfMatch, UnknownPeople, SpeaksForAnother, ConversationNotRecorded,
        InTheFuture, MovedLater,
    ),
    openapi_extra=write,
)  # fmt: skip
async def move_account(  # a door's parameters
    account_id: PathAccountId,
    body: LifecycleMoveBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Move an account one step through the program.

    `selected` from `calibrated` or `reselection` acts on the newest decision of a review, which must select the
    account; its tier is the decision's. An account selected as `emerging` is on the high-potential track. A move that
    takes resources away is refused before the customer was told in a relationship reset. With `on` a past is brought
    in: its moves in their order, each with its day.
    """
    standing_for = await accounts.require_account(connection, caller.tenant_id, ACCOUNTS, AccountId(account_id))
    asked = lifecycle.Move(
        body.to, body.reason, body.tier, None if body.user_id is None else UserId(body.user_id), body.on
    )
    placed = await lifecycle.move(connection, caller, standing_for, asked, version=version)
    tag(response, placed.version)
    return (await _all_shown(connection, caller.tenant_id, [placed]))[0]


@router.get(
    "/accounts/{account_id}/lifecycle/moves",
    response_model=Page[LifecycleMove],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_moves(
    account_id: PathAccountId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the steps that an account took, the newest first."""
    standing_for = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await lifecycle.moves(connection, tenant_id, standing_for, asked)
    told = [{name: row[name] for name in LifecycleMove.model_fields} for row in found.data]
    return {"data": told, "next_cursor": found.next_cursor}


@router.get(
    "/selection/lifecycle",
    response_model=Page[LifecycleEntry],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_lifecycle(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    wanted: Wanted,
    review_due_until: DueUntil = None,
) -> Any:
    """List where accounts stand that have moved at all, those that moved last first."""
    found = await lifecycle.page(connection, tenant_id, asked, wanted, review_due_until=review_due_until)
    shown = await _all_shown(connection, tenant_id, [placed for placed, _ in found.data])
    data = [{**one, "account_name": name} for one, (_, name) in zip(shown, found.data, strict=True)]
    return {"data": data, "next_cursor": found.next_cursor}


@router.get(
    "/selection/lifecycle/promotions",
    response_model=TestedPromotions,
    responses=problems(InTheFuture),
    openapi_extra=read,
)
async def get_tested_promotions(
    tenant_id: CurrentTenant, connection: Connection, from_: Since = None, to: Until = None
) -> Any:
    """Tell how many promotions into key status were tested first by a calibration with the customer.

    One that was in force on the day, or completed in the 180 days before, tests a promotion.
    """
    found = await promotions.promotions(connection, tenant_id, from_, to)
    return {
        "since": found.since,
        "until": found.until,
        "promotions": found.count,
        "tested": found.tested,
        "tested_for_days": TESTED_FOR_DAYS,
        "rate": found.rate,
        "frequency": found.frequency,
        "benchmark": asdict(BENCHMARKS["partnership_potential_tested"]),
        "untested": [dict(one) for one in found.untested[:AT_MOST]],
    }
