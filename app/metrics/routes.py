"""The doors of metrics: the registry, and what is known of one account on a day."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture, day_asked
from app.metrics import schemas, service
from app.tenancy import service as tenancy
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["metrics"])
read = needs("accounts:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end the facts are read; today when left out")]


@router.get("/metrics", response_model=schemas.MetricList, responses=problems(), openapi_extra=read)
async def list_metrics(tenant_id: CurrentTenant, connection: Connection) -> schemas.MetricList:
    """List every metric with its definition: criteria, indicators and warnings can name it."""
    return schemas.metric_list(service.registry_of(await tenancy.organization(connection, tenant_id)))


@router.get(
    "/accounts/{account_id}/metrics",
    response_model=schemas.AccountMetrics,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_account_metrics(
    account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> schemas.AccountMetrics:
    """Read all metrics of an account as of a day; those that nothing is known of are null, with the facts' dates."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    registry, measured = await service.account_metrics(connection, tenant_id, standing, day)
    return schemas.account_metrics(registry, measured)
