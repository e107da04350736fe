"""The doors of usage, and of what customers say that resources are worth to them."""

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from app.accounts.doors import add_doors
from app.accounts.kinds import AccountNotFound
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.periods import InTheFuture
from app.resourcing.kinds import USAGE
from app.resourcing.routes.paths import Account
from app.resourcing.schemas.usage import ResourceRating, ResourceRatingBody
from app.resourcing.service import usage
from app.resourcing.service.usage import ForeignContact, ResourceNotFound
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=[])  # each door names its own: those made from a kind do so by themselves
read = needs("resourcing:read") | {"tags": ["resourcing"]}
write = needs("resourcing:write") | {"tags": ["resourcing"]}
OfResource = Annotated[Id | None, Query(description="Only ratings of this resource")]

add_doors(router, USAGE)


@router.post(
    "/accounts/{account_id}/resource-ratings",
    status_code=201,
    response_model=ResourceRating,
    responses=problems(AccountNotFound, ResourceNotFound, ForeignContact, InTheFuture),
    openapi_extra=write,
)
async def rate_resource(
    account: Account, body: ResourceRatingBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Record what a customer says that a resource is worth to them; of one contact the latest word counts."""
    rating = usage.NewRating(body.resource_id, body.value, body.contact_id, body.on, body.comment)
    row = await usage.rate(connection, caller, account, rating)
    response.headers["Location"] = f"/v1/accounts/{account}/resource-ratings"
    return {name: row[name] for name in ResourceRating.model_fields}


@router.get(
    "/accounts/{account_id}/resource-ratings",
    response_model=Page[ResourceRating],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_resource_ratings(
    account: Account,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    resource_id: OfResource = None,
) -> Any:
    """List what the customer said that resources are worth to them, the latest first."""
    found = await usage.ratings(connection, tenant_id, account, asked, resource_id=resource_id)
    data = [{name: row[name] for name in ResourceRating.model_fields} for row in found.data]
    return {"data": data, "next_cursor": found.next_cursor}
