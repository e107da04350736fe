"""The doors of resources: themselves, what there is of them in a quarter, and what tiers and levels bring of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from app.accounts.doors import add_doors
from app.infra.problems import problems
from app.infra.records.saving import RecordChanged
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import TenantId
from app.resourcing.kinds import RESOURCES
from app.resourcing.schemas import catalogue as wire
from app.resourcing.service import resources
from app.resourcing.service.resources import ResourceNotFound
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=[])  # each door names its own: those made from a kind do so by themselves
read = needs("resourcing:read") | {"tags": ["resourcing"]}
write = needs("resourcing:write") | {"tags": ["resourcing"]}
PathResourceId = Annotated[Id, Path(description="The resource's id")]

add_doors(router, RESOURCES)


@router.get(
    "/resources/{resource_id}/capacities",
    response_model=wire.ResourceCapacities,
    responses=problems(ResourceNotFound),
    openapi_extra=read,
)
async def get_resource_capacities(
    resource_id: PathResourceId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read what there is of a resource, quarter by quarter."""
    return await _capacities(connection, tenant_id, resource_id, response)


@router.put(
    "/resources/{resource_id}/capacities",
    response_model=wire.ResourceCapacities,
    responses=problems(ResourceNotFound, RecordChanged, UnreadableIfMatch),
    openapi_extra=write,
)
async def put_resource_capacities(
    resource_id: PathResourceId,
    body: wire.ResourceCapacitiesBody,
    version: IfMatch,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Say which quarters have a capacity of their own; in all others there is as much as the resource itself says."""
    by_quarter = {each.quarter: each.capacity for each in body.quarters}
    await resources.set_capacities(connection, tenant_id, resource_id, by_quarter, version=version)
    return await _capacities(connection, tenant_id, resource_id, response)


async def _capacities(connection: Connection, tenant_id: TenantId, resource_id: UUID, response: Response) -> Any:
    row = await resources.require(connection, tenant_id, resource_id)
    tag(response, row["version"])
    return {
        "resource_id": resource_id,
        "capacity": row["capacity"],
        "quarters": [dict(each) for each in await resources.capacities(connection, tenant_id, resource_id)],
        "version": row["version"],
    }


@router.get(
    "/resources/{resource_id}/entitlements",
    response_model=wire.EntitlementRules,
    responses=problems(ResourceNotFound),
    openapi_extra=read,
)
async def get_entitlement_rules(
    resource_id: PathResourceId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read what tiers and partnership levels bring of a resource."""
    return await _rules(connection, tenant_id, resource_id, response)


@router.put(
    "/resources/{resource_id}/entitlements",
    response_model=wire.EntitlementRules,
    responses=problems(ResourceNotFound, RecordChanged, UnreadableIfMatch),
    openapi_extra=write,
)
async def put_entitlement_rules(
    resource_id: PathResourceId,
    body: wire.EntitlementRulesBody,
    version: IfMatch,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Say what tiers and partnership levels bring of a resource.

    Accounts that have such a tier are entitled anew from today on, soon after. What was agreed with a customer stays
    as it was agreed.
    """
    rules = [rule.model_dump() for rule in body.rules]
    await resources.set_rules(connection, tenant_id, resource_id, rules, version=version)
    return await _rules(connection, tenant_id, resource_id, response)


async def _rules(connection: Connection, tenant_id: TenantId, resource_id: UUID, response: Response) -> Any:
    row = await resources.require(connection, tenant_id, resource_id)
    tag(response, row["version"])
    return {
        "resource_id": resource_id,
        "unit": row["unit"],
        "rules": [dict(each) for each in await resources.rules(connection, tenant_id, resource_id)],
        "version": row["version"],
    }
