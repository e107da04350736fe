"""The doors of tenancy."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page, Slice
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import AwareInstant, Code
from app.kernel.ids import KeyId, UserId
from app.kernel.money import Money
from app.tenancy import service
from app.tenancy.core.audit import ActorKind
from app.tenancy.core.organization import Organization
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs
from app.tenancy.schemas import (
    ApiKeyAnswer,
    ApiKeyBody,
    Me,
    NewApiKey,
    OrganizationAnswer,
    OrganizationBody,
)
from app.tenancy.schemas.audit import AuditEntryAnswer
from app.tenancy.service import auditing
from app.tenancy.service.auditing import AuditFilter
from app.tenancy.service.settling import OtherCurrency

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
    responses=problems(service.OrganizationChanged, OtherCurrency, UnreadableIfMatch),
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
        "frame_ancestors": organization.frame_ancestors,
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


# Dependencies that are not `async` would be given to a thread.
async def _span(
    since: Annotated[AwareInstant | None, Query(description="From this instant on")] = None,
    until: Annotated[AwareInstant | None, Query(description="Before this instant")] = None,
) -> AuditFilter:
    return AuditFilter(since=since, until=until)


async def _wanted(
    span: Annotated[AuditFilter, Depends(_span)],
    key_id: Annotated[UUID | None, Query(description="Only what was done with this key")] = None,
    operation: Annotated[
        Code | None, Query(description="Only this operation: an operationId, a job's kind, or a command")
    ] = None,
    subject_id: Annotated[UUID | None, Query(description="Only what was done to this record")] = None,
    account_id: Annotated[UUID | None, Query(description="Only what is this account's matter")] = None,
    actor_kind: Annotated[ActorKind | None, Query(description="Only what such actors did")] = None,
) -> AuditFilter:
    return AuditFilter(key_id, operation, subject_id, account_id, actor_kind, span.since, span.until)


@router.get(
    "/audit-log",
    response_model=Page[AuditEntryAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=needs("admin"),
)
async def list_audit_log(
    asked: AskedPage, wanted: Annotated[AuditFilter, Depends(_wanted)], tenant_id: CurrentTenant, connection: Connection
) -> Slice[Any]:
    """Read who changed what, the newest first: one entry per change, kept in the transaction of the change.

    Every request for a change that was granted is here once, however often it was sent with the same Idempotency-Key;
    what was refused, or only asks and computes, is not. So is each job that the worker has done, each of its turns
    that came to something, and what the command line imports, scores and makes keys of. What CRMs deliver is in
    `GET /v1/crm/events`; what follows from facts, as scores do, is in its own history. The log can only be appended
    to: the service itself has no right to change or remove an entry.

    What was asked for is kept without secrets, long lists by their number of entries; of what a customer's guests
    write nothing is kept here.
    """
    return await auditing.page(connection, tenant_id, asked, wanted)
