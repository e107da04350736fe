"""The doors of what accounts are entitled to."""

from typing import Annotated, Any

from fastapi import Query

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.resourcing.core.utilization import band
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.resourcing.routes.paths import Account
from app.resourcing.schemas import entitlements as wire
from app.resourcing.schemas.utilization import rounded
from app.resourcing.service import excepting, utilization
from app.resourcing.service.excepting import NoTimeLeft
from app.resourcing.service.resources import ResourceNotFound
from app.resourcing.service.utilization import AccountUse, Lately
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end it is looked at; today when left out")]
STATED = (
    "id", "basis", "basis_name", "quantity", "from_on", "until_on", "calibration_id", "reason", "user_id",
)  # fmt: skip


@router.get(
    "/accounts/{account_id}/entitlements",
    response_model=wire.AccountEntitlements,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=needs("resourcing:read"),
)
async def list_account_entitlements(
    account: Account, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """List what an account is entitled to as of a day, why, and what it used of it in the 90 days before.

    What was used without being due is listed as well, and so is what the customer rated.
    """
    found = await utilization.lately(connection, tenant_id, account, as_of)
    return {"account_id": account, **_shown(found)}


@router.post(
    "/accounts/{account_id}/entitlements",
    response_model=wire.AccountEntitlements,
    responses=problems(
        AccountNotFound, ResourceNotFound, NoTimeLeft, UnknownPeople, SpeaksForAnother, InTheFuture,
        ConversationNotRecorded,
    ),
    openapi_extra=needs("resourcing:write"),
)  # fmt: skip
async def grant_entitlement_exception(
    account: Account, body: wire.EntitlementExceptionBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Entitle an account to more of a resource than tier and level bring, with a reason on record.

    It takes the place of an earlier exception for the resource; a quantity of 0 ends that. Less than before is refused
    while the customer is to be told first (see relationship resets). Answers with all that the
    account is entitled to as of today.
    """
    wanted = excepting.Exceptional(
        resource_id=body.resource_id,
        quantity=body.quantity,
        reason=body.reason,
        on=body.on,
        until_on=body.until_on,
        user_id=None if body.user_id is None else UserId(body.user_id),
    )
    await excepting.grant_exception(connection, caller, account, wanted)
    return {"account_id": account, **_shown(await utilization.lately(connection, caller.tenant_id, account, None))}


def _shown(found: AccountUse) -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "utilization": rounded(found.utilization),
        "data": [_line(each) for each in found.lines],
    }


def _line(line: Lately) -> dict[str, Any]:
    resource = line.resource
    return {
        "resource_id": resource["id"],
        "resource_code": resource["code"],
        "resource_name": resource["name"],
        "function": resource["function"],
        "unit": resource["unit"],
        "quantity": line.quantity,
        "entitled": rounded(line.entitled),
        "used": rounded(line.used),
        "utilization": rounded(line.utilization),
        "band": band(line.utilization),
        "customer_value": rounded(line.value),
        "statements": [{name: row[name] for name in STATED} for row in line.statements],
    }
