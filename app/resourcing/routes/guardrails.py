"""The doors of guardrails: how far KAMs go by themselves."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.accounts.service.people import UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.resourcing.core.guarding import Guardrail, UnusableAmount
from app.resourcing.routes.commitments import read, write
from app.resourcing.schemas import guardrails as wire
from app.resourcing.service import guardrails as service
from app.resourcing.service.guardrails import ApprovesOwn, GuardrailChanged, GuardrailNotFound
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors

router = doors(tags=["resourcing"])
PathGuardrailId = Annotated[Id, Path(description="The guardrail's id")]


def _user(user_id: Any) -> UserId | None:
    return None if user_id is None else UserId(user_id)


def _rail(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in wire.GuardrailAnswer.model_fields}


@router.put(
    "/guardrails",
    response_model=wire.GuardrailAnswer,
    responses=problems(UnusableAmount, ApprovesOwn, UnknownPeople, GuardrailChanged, UnreadableIfMatch),
    openapi_extra=write,
)
async def set_guardrail(
    body: wire.GuardrailBody, version: IfMatch, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Set how far a person, or everybody who has none of their own, goes by themselves in one kind.

    What was asked for before stays judged by the guardrail of then.
    """
    rail = Guardrail(body.user_id, body.up_to, body.currency, body.approver_user_id)
    row = await service.save(connection, caller, body.kind, _user(body.user_id), rail, version=version)
    tag(response, row["version"])
    return _rail(row)


@router.get(
    "/guardrails",
    response_model=Page[wire.GuardrailAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_guardrails(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List the guardrails that hold, by kind."""
    found = await service.rails_page(connection, tenant_id, asked)
    return {"data": [_rail(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/guardrails/{guardrail_id}",
    response_model=wire.GuardrailAnswer,
    responses=problems(GuardrailNotFound),
    openapi_extra=read,
)
async def get_guardrail(
    guardrail_id: PathGuardrailId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read up to where somebody, or everybody, goes by themselves, and who approves what goes beyond."""
    row = await service.find_rail(connection, tenant_id, guardrail_id)
    tag(response, row["version"])
    return _rail(row)


@router.delete(
    "/guardrails/{guardrail_id}",
    status_code=204,
    responses=problems(GuardrailNotFound, GuardrailChanged, UnreadableIfMatch),
    openapi_extra=write,
)
async def remove_guardrail(
    guardrail_id: PathGuardrailId, version: IfMatch, tenant_id: CurrentTenant, connection: Connection
) -> None:
    """Remove a guardrail: who had one of their own is under everybody's then."""
    await service.remove(connection, tenant_id, guardrail_id, version=version)
