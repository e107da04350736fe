"""The doors of connectors: which CRMs ship, as data."""

from typing import Annotated, Any

from fastapi import Path

from app.crm.connectors import CONNECTORS
from app.crm.schemas.spec import ConnectorAnswer, ConnectorList, connector_shown, summary_of
from app.infra.problems import problems
from app.kernel.errors import NotFound
from app.tenancy.deps import doors, needs

router = doors(tags=["crm"])
READ = needs("crm:read")
PathProvider = Annotated[str, Path(max_length=100, description="The connector's name", examples=["hubspot"])]


class ConnectorNotFound(NotFound):
    """No such connector ships."""


@router.get("/crm/connectors", response_model=ConnectorList, responses=problems(), openapi_extra=READ)
async def list_crm_connectors() -> Any:
    """List the CRMs that ship; any other is connected by a document of the same form (`provider: "custom"`)."""
    return {"data": [summary_of(spec) for spec in CONNECTORS.values()]}


@router.get(
    "/crm/connectors/{provider}",
    response_model=ConnectorAnswer,
    responses=problems(ConnectorNotFound),
    openapi_extra=READ,
)
async def get_crm_connector(provider: PathProvider) -> Any:
    """Read all that is known of a CRM that ships: a pattern for the documents of others."""
    spec = CONNECTORS.get(provider)
    if spec is None:
        raise ConnectorNotFound(provider)
    return connector_shown(spec)
