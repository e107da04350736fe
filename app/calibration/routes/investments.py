"""The doors of what the supplier invests: the lines, approvals, acknowledgements, and the customer's view."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.investments import (
    AcknowledgedAlready,
    ApprovedAlready,
    ApprovesOwnRequest,
    FunctionNotInvolved,
    Line,
    NoException,
    NoSuchInvestment,
    UnusableInvestments,
    acknowledged_share,
    functions_of,
)
from app.calibration.core.states import NotInStep
from app.calibration.deps import INVITED, CurrentGuest, participant_doors
from app.calibration.routes.paths import Calibration
from app.calibration.schemas import investments as wire
from app.calibration.service import calibrations, investing, investments, speaking
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationChanged, CalibrationNotFound
from app.calibration.service.investments import Investments
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id, MoneyOut
from app.kernel.ids import UserId
from app.kernel.money import Money
from app.kernel.periods import InTheFuture
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
participant_router = participant_doors()
read, write = needs("calibration:read"), needs("calibration:write")
PathResourceId = Annotated[Id, Path(description="The resource's id")]
Row = Mapping[Any, Any]
OF_LINE = ("resource_id", "quantity", "from_on", "until_on", "purpose")
SPEAKING = (CalibrationNotFound, NotInStep, InTheFuture, BeforeTheLastMove, UnknownPeople, SpeaksForAnother)


@router.put(
    "/calibrations/{calibration_id}/investments",
    response_model=wire.CalibrationInvestments,
    responses=problems(
        CalibrationNotFound, NotInStep, CalibrationChanged, UnreadableIfMatch, UnusableInvestments, UnknownPeople,
        SpeaksForAnother,
    ),
    openapi_extra=write,
)  # fmt: skip
async def set_calibration_investments(
    calibration_id: Calibration,
    body: wire.InvestmentsBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Say what the supplier invests, whole: resources of the catalogue within what the agreed level brings of them.

    What goes beyond is an exception: it has a reason, and somebody else approves it. Each function that owns a resource
    is told by an event, and acknowledges what it gives; where that changes, it does so anew.
    """
    speaker = await _speaker(connection, caller, body.user_id)
    wanted = [line.model_dump() for line in body.investments]
    row = await investing.delineate(connection, speaker, calibration_id, wanted, version=version)
    return await _shown(connection, row, response)


@router.get(
    "/calibrations/{calibration_id}/investments",
    response_model=wire.CalibrationInvestments,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def get_calibration_investments(
    calibration_id: Calibration, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read what the supplier invests: what goes beyond the level, what it costs, and which functions know of it."""
    return await _shown(connection, await calibrations.require(connection, tenant_id, calibration_id), response)


@router.post(
    "/calibrations/{calibration_id}/investments/{resource_id}/approve",
    response_model=wire.CalibrationInvestments,
    responses=problems(*SPEAKING, NoSuchInvestment, NoException, ApprovedAlready, ApprovesOwnRequest),
    openapi_extra=write,
)
async def approve_calibration_investment(  # which of which calibration, by whom
    calibration_id: Calibration,
    resource_id: PathResourceId,
    body: wire.ApprovalBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Approve an investment that goes beyond the level; who asked for it cannot."""
    speaker = await _speaker(connection, caller, body.user_id)
    return await _shown(
        connection, await investing.approve(connection, speaker, calibration_id, resource_id, body.on), response
    )


@router.post(
    "/calibrations/{calibration_id}/acknowledgements",
    status_code=201,
    response_model=wire.CalibrationInvestments,
    responses=problems(*SPEAKING, FunctionNotInvolved, AcknowledgedAlready),
    openapi_extra=write,
)
async def acknowledge_calibration_investments(
    calibration_id: Calibration,
    body: wire.AcknowledgementBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Say for the speaker's own function that it knows what it gives; each owning function has to, once."""
    speaker = await _speaker(connection, caller, body.user_id)
    return await _shown(
        connection, await investing.acknowledge(connection, speaker, calibration_id, body.note, body.on), response
    )


@participant_router.get(
    "/calibration/investments",
    response_model=wire.ParticipantInvestments,
    responses=problems(),
    openapi_extra=INVITED,
)
async def get_participant_investments(guest: CurrentGuest, connection: Connection) -> Any:
    """Read what the supplier invests, as the customer sees it."""
    row = await calibrations.require(connection, guest.tenant_id, guest.calibration_id)
    found = await investments.find(connection, guest.tenant_id, row)
    return {
        "calibration_id": row["id"],
        "agreed_level": row["agreed_level"],
        "investments": [
            {**{name: one[name] for name in OF_LINE}, **_of_resource(found, one)}
            for one, line in zip(found.rows, found.lines, strict=True)
            if not line.awaits_approval
        ],
    }


async def _speaker(connection: Connection, caller: Caller, user_id: Id | None) -> speaking.Speaker:
    return await speaking.supplier(connection, caller, None if user_id is None else UserId(user_id))


async def _shown(connection: Connection, row: Any, response: Response) -> dict[str, Any]:
    tag(response, row["version"])
    found = await investments.find(connection, row["tenant_id"], row)
    costs, without_cost = found.costs
    return {
        "calibration_id": row["id"],
        "state": row["state"],
        "agreed_level": row["agreed_level"],
        "investments": [_line(found, *one) for one in zip(found.rows, found.lines, strict=True)],
        "acknowledgements": _acknowledgements(found),
        "acknowledged_share": acknowledged_share(found.lines, found.acknowledged),
        "costs_per_quarter": [_money(amount, currency) for currency, amount in sorted(costs.items())],
        "without_cost": without_cost,
        "version": row["version"],
    }


def _line(found: Investments, row: Row, line: Line) -> dict[str, Any]:
    resource = found.resources[row["resource_id"]]
    cost = resource["unit_cost"]
    return {
        **{name: row[name] for name in (*OF_LINE, "internal_note", "exception_reason", "approved_on")},
        **_of_resource(found, row),
        "function": line.function,
        "level_quantity": line.entitled,
        "exception": line.is_exception,
        "requested_by": found.names.get(row["user_id"]),
        "approved_by": found.names.get(row["approved_by_user_id"]),
        "unit_cost": None if cost is None else _money(cost, resource["currency"]),
    }


def _of_resource(found: Investments, row: Row) -> dict[str, Any]:
    resource = found.resources[row["resource_id"]]
    return {"resource_name": resource["name"], "unit": resource["unit"]}


def _acknowledgements(found: Investments) -> list[dict[str, Any]]:
    said = {row["function"]: row for row in found.acknowledgements}
    return [_acknowledgement(found, function, said.get(function)) for function in _functions(found.lines, said)]


def _functions(lines: Sequence[Line], said: Mapping[str, Row]) -> list[str]:
    return sorted({*functions_of(lines), *said})


def _acknowledgement(found: Investments, function: str, row: Row | None) -> dict[str, Any]:
    return {
        "function": function,
        "acknowledged": row is not None,
        "acknowledged_on": row and row["acknowledged_on"],
        "acknowledged_by": row and found.names.get(row["user_id"]),
        "note": row and row["note"],
    }


def _money(amount: Decimal, currency: str) -> MoneyOut:
    return MoneyOut.of(Money(amount, currency))
