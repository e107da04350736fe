"""The doors of tenancy."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page, Slice
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.kernel.ids import KeyId, UserId
from app.kernel.money import Money
from app.tenancy import service
from app.tenancy.core.organization import Organization
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs
from app.tenancy.schemas import ApiKeyAnswer, ApiKeyBody, Me, NewApiKey, OrganizationAnswer, OrganizationBody

router = doors(tags=["tenancy"])
PathKeyId = Annotated[UUID, Path(description="The API key's id")]


@router.get("/me", response_model=Me, responses=problems(), openapi_extra=needs(None))
async def get_me(caller: CurrentCaller, connection: Connection) -> Any:
    """Tell who the key is."""
    organization = await service.organization(connection, caller.tenant_id)
    key = await service.key(connection, caller.tenant_id, caller.key_id)
    return Me(
        organization_id=caller.tenant_id,
        organization=organization.name,
        key_id=caller.key_id,
        key_name=key.name,
        scopes=key.scopes,
        user_id=key.user_id,
        expires_at=key.expires_at,
    )


@router.get("/organization", response_model=OrganizationAnswer, responses=problems(), openapi_extra=needs(None))
async def get_organization(tenant_id: CurrentTenant, connection: Connection, response: Response) -> Any:
    """Read what the organization has settled."""
    return _shown(await service.organization(connection, tenant_id), response)


@router.patch(
    "/organization",
    response_model=OrganizationAnswer,
    responses=problems(service.OrganizationChanged, service.OtherCurrency, UnreadableIfMatch),
    openapi_extra=needs("admin"),
)
async def change_organization(
    body: OrganizationBody, version: IfMatch, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Settle something anew; what is not given stays as it is."""
    given = body.key_account_revenue_threshold
    changed = await service.change_organization(
        connection, tenant_id, body.values(), version=version, currency=given.currency if given else None
    )
    return _shown(changed, response)


def _shown(organization: Organization, response: Response) -> dict[str, Any]:
    tag(response, organization.version)
    threshold = organization.key_account_revenue_threshold
    return {
        "id": organization.tenant_id,
        "name": organization.name,
        "reporting_currency": organization.reporting_currency,
        "key_account_revenue_threshold": None
        if threshold is None
        else Money(threshold, organization.reporting_currency),
        "stage_probabilities": dict(organization.stage_probabilities),
        "proposal_stages": list(organization.proposal_stages),
        "custom_metrics": list(organization.custom_metrics),
        "tracks": organization.tracks,
        "warning_thresholds": organization.warning_thresholds,
        "cadences": organization.cadences,
        "roadblock_days": organization.roadblock_days,
        "appraisal_days": organization.appraisal_days,
        "simulated": organization.simulated,
        "version": organization.version,
    }


@router.post(
    "/api-keys",
    status_code=201,
    response_model=NewApiKey,
    responses=problems(service.UnknownScope, service.UnknownUser),
    openapi_extra=needs("admin"),
)
async def create_api_key(body: ApiKeyBody, tenant_id: CurrentTenant, connection: Connection, response: Response) -> Any:
    """Make a key. Its text is shown this once: what is kept is a digest."""
    row, key = await service.issue_key(
        connection,
        tenant_id,
        name=body.name,
        scopes=body.scopes,
        expires_at=body.expires_at,
        user_id=None if body.user_id is None else UserId(body.user_id),
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = f"/v1/api-keys/{row.id}"
    return {**row._mapping, "key": key}  # noqa: SLF001  # SQLAlchemy's public name for it


@router.get(
    "/api-keys",
    response_model=Page[ApiKeyAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=needs("admin"),
)
async def list_api_keys(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Slice[Any]:
    """List the organization's keys, without their secrets."""
    return await service.key_page(connection, tenant_id, asked)


@router.get(
    "/api-keys/{key_id}",
    response_model=ApiKeyAnswer,
    responses=problems(service.KeyNotFound),
    openapi_extra=needs("admin"),
)
async def get_api_key(key_id: PathKeyId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a key, without its secret."""
    return await service.key(connection, tenant_id, KeyId(key_id))


@router.delete(
    "/api-keys/{key_id}", status_code=204, responses=problems(service.KeyNotFound), openapi_extra=needs("admin")
)
async def revoke_api_key(key_id: PathKeyId, tenant_id: CurrentTenant, connection: Connection) -> None:
    """Revoke a key; it stops at once."""
    await service.revoke_key(connection, tenant_id, KeyId(key_id))
