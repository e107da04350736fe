"""The door of why an account's hygiene and health changed."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.schemas.changes import HealthChanges, changes_shown
from app.health.service import explaining
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])
read = needs("health:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]
Since = Annotated[IsoDate, Query(description="The day to compare with: what was kept on it or earlier")]
Until = Annotated[IsoDate | None, Query(description="The day that the change leads to; today when left out")]


@router.get(
    "/accounts/{account_id}/health/changes",
    response_model=HealthChanges,
    responses=problems(AccountNotFound, InTheFuture, explaining.DaysInReverse),
    openapi_extra=read,
)
async def explain_health_change(
    account_id: PathAccountId, since: Since, tenant_id: CurrentTenant, connection: Connection, until: Until = None
) -> Any:
    """Explain why hygiene and health changed between two days, in parts per indicator that add up.

    Each end is judged by the model that judged it then; where nothing was kept by a day, it is judged as of that day by
    the model in use.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return changes_shown(await explaining.explained(connection, tenant_id, standing, since, until))
