"""The doors of cadences: of an account, and of all of them."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.schemas.cadence import AccountCadence, CadenceEntry, Touchpoint, cadence_shown, figure_shown
from app.health.service import cadence
from app.health.service.cadence import Wanted
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId, UserId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])
read = needs("health:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end it is looked at; today when left out")]
Overdue = Annotated[bool | None, Query(description="Only accounts with an overdue touchpoint; false: only the others")]
OfKam = Annotated[Id | None, Query(description="Only accounts of this KAM")]
OfTouchpoint = Annotated[Touchpoint | None, Query(description="Only this touchpoint, in all that is said")]


# Not `async`, a dependency would be given to a thread.
async def _wanted(overdue: Overdue = None, kam_user_id: OfKam = None, touchpoint: OfTouchpoint = None) -> Wanted:
    return Wanted(overdue, None if kam_user_id is None else UserId(kam_user_id), touchpoint)


@router.get(
    "/accounts/{account_id}/cadence",
    response_model=AccountCadence,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_account_cadence(
    account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """Read when each touchpoint with an account is due, and how well its cadence was kept.

    How often a touchpoint is due says the organization, tier by tier. What is on record was held; what was cancelled
    is not.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await cadence.of_account(connection, tenant_id, standing, as_of)
    contacts = found.contacts
    return {
        "account_id": found.account_id,
        "as_of": found.as_of,
        "tier": found.tiered and found.tiered.tier,
        "tier_basis": found.tiered and found.tiered.basis,
        **cadence_shown(found.cadence),
        "contacts": {
            **{name: getattr(contacts, name) for name in ("total", "known", "planned")},
            "proactivity": figure_shown(contacts.proactivity),
        },
    }


@router.get(
    "/cadence",
    response_model=Page[CadenceEntry],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_cadence(
    asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, wanted: Annotated[Wanted, Depends(_wanted)]
) -> Any:
    """List the accounts whose tier has a cadence, those whose next touchpoint is due first ahead.

    Sort by `next_due_on`, `overdue_days` or `tier`; it is all as of today.
    """
    found = await cadence.page(connection, tenant_id, asked, wanted)
    data = [
        {
            **{name: row[name] for name in ("account_id", "account_name", "kam_user_id", "tier")},
            **cadence_shown(one),
        }
        for row, one in found.data
    ]
    return {"data": data, "next_cursor": found.next_cursor}
