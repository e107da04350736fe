"""The doors of facts."""

from typing import Annotated, Any

from fastapi import Path, Response

from app.accounts import service
from app.accounts.doors import add_doors, of
from app.accounts.kinds import ACCOUNTS, KINDS, AccountNotFound
from app.accounts.schemas.answers import Account
from app.accounts.schemas.bodies import AccountBody
from app.infra.problems import problems
from app.infra.records.kind import Change
from app.infra.records.references import UnknownReference
from app.infra.records.saving import FieldsMissing, RecordChanged, RecordExists
from app.infra.records.showing import shown
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import ExternalId, SourceName
from app.kernel.errors import FieldProblem, Invalid
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=[])
Source = Annotated[SourceName, Path(description="The other system, e.g. `salesforce`")]
TheirId = Annotated[ExternalId, Path(description="The account's id there")]


class OtherIdentity(Invalid):
    """The body names another record than the path."""


@router.put(
    "/accounts/by-external-id/{source}/{external_id}",
    response_model=Account,
    tags=["accounts"],
    responses={
        **problems(FieldsMissing, UnknownReference, RecordChanged, RecordExists, UnreadableIfMatch, OtherIdentity),
        201: {"model": Account, "description": "It was new"},
    },
    openapi_extra=needs("accounts:write"),
)
async def put_account_by_external_id(  # noqa: PLR0913, PLR0917  # a door's parameters
    source: Source,
    external_id: TheirId,
    body: AccountBody,
    version: IfMatch,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Create the account that another system knows by this id, or change it; 201 when it is new."""
    identity = {"source": source, "external_id": external_id}
    given = body.given()
    for name, value in identity.items():
        if given.get(name, value) != value:
            raise OtherIdentity(name, errors=[FieldProblem(f"/{name}", "mismatch", "differs from the path")])
    change = Change({**given, **identity}, version=version)
    outcome = await service.save_one(connection, tenant_id, ACCOUNTS, change, service.arriving())
    return of(ACCOUNTS, *outcome, response)


@router.get(
    "/accounts/by-external-id/{source}/{external_id}",
    response_model=Account,
    tags=["accounts"],
    responses=problems(AccountNotFound),
    openapi_extra=needs("accounts:read"),
)
async def get_account_by_external_id(
    source: Source, external_id: TheirId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read the account that another system knows by this id."""
    account_id = await service.account_by_external_id(connection, tenant_id, ACCOUNTS, source, external_id)
    row = await service.one(connection, tenant_id, ACCOUNTS, account_id)
    tag(response, row["version"])
    return shown(ACCOUNTS, row)


for kind in KINDS.values():
    add_doors(router, kind)
