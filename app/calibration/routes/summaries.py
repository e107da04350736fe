"""The door of a calibration's summary."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Query

from app.calibration.core.parties import PARTIES
from app.calibration.routes.paths import PathCalibrationId
from app.calibration.schemas import summaries as wire
from app.calibration.schemas.summaries import Audience
from app.calibration.service import summaries
from app.calibration.service.calibrations import CalibrationNotFound
from app.calibration.service.investments import Investments
from app.calibration.service.levels import Levels
from app.calibration.service.summaries import Summary
from app.infra.problems import problems
from app.infra.wire import Answer, MoneyOut
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read = needs("calibration:read")
For = Annotated[Audience, Query(description="`customer`: as the customer may see it")]
_OF_ROW = (
    "id", "account_id", "account_name", "state", "started_on", "activated_on", "ended_on", "potential",
    "compatibility", "agreed_level", "agreed_on",
)  # fmt: skip


@router.get(
    "/calibrations/{calibration_id}/summary",
    response_model=wire.CalibrationSummary,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def get_calibration_summary(
    calibration_id: PathCalibrationId, tenant_id: CurrentTenant, connection: Connection, audience: For = "internal"
) -> Any:
    """Read what a calibration came to, on one page.

    For the customer: without costs, notes, assumptions, proposals, what still awaits approval, or anybody of the
    supplier by name.
    """
    return summary_shown(await summaries.find(connection, tenant_id, calibration_id), audience)


def summary_shown(found: Summary, audience: Audience) -> dict[str, Any]:
    """A summary for one audience."""
    resources = found.investments.resources
    return {
        **{name: found.row[name] for name in _OF_ROW},
        "audience": audience,
        "themes": [
            {
                "name": one.row["name"],
                "supplier_importance": one.pair.supplier,
                "customer_importance": one.pair.customer,
            }
            for one in found.themes
        ],
        "opportunities": _picked(found.opportunities, wire.SummaryOpportunity),
        "communications": _picked(found.levels.communications, wire.SummaryCommunication),
        "investments": [
            {
                **{name: one[name] for name in ("quantity", "from_on", "until_on", "purpose")},
                "resource": resources[one["resource_id"]]["name"],
                "unit": resources[one["resource_id"]]["unit"],
            }
            for one, line in zip(found.investments.rows, found.investments.lines, strict=True)
            if audience == "internal" or not line.awaits_approval
        ],
        "expectations": _picked(
            [one for one in found.expectations if one["withdrawn_on"] is None], wire.SummaryExpectation
        ),
        "internal": _internal(found) if audience == "internal" else None,
    }


def _picked(rows: Iterable[Any], shape: type[Answer]) -> list[dict[str, Any]]:
    """Of rows, the fields that they are shown by."""
    return [{name: row[name] for name in shape.model_fields} for row in rows]


def _internal(found: Summary) -> dict[str, Any]:
    standing, invested = found.levels, found.investments
    proposed = {party: standing.proposals.get(party) for party in PARTIES}
    return {
        "owner_name": found.row["owner_name"],
        "recommended_level": found.row["recommended_level"],
        "proposed_levels": {party: one and one["level"] for party, one in proposed.items()},
        "disagreement": standing.disagreement,
        "proposals": [
            {**{name: one[name] for name in ("party", "level", "reason", "proposed_on")}, "name": _name(one, standing)}
            for one in proposed.values()
            if one is not None
        ],
        "assumptions": _picked(found.assumptions, wire.InternalAssumption),
        "investments": [
            _investment(row, line.entitled, found) for row, line in zip(invested.rows, invested.lines, strict=True)
        ],
        "costs_per_quarter": [MoneyOut(amount=amount, currency=currency) for currency, amount in found.costs],
        "without_cost": invested.costs[1],
        "acknowledgements": [
            {**{name: one[name] for name in ("function", "acknowledged_on", "note")}, "name": _name(one, invested)}
            for one in invested.acknowledgements
        ],
        "end_reason": found.row["end_reason"],
    }


def _name(row: Any, of: Levels | Investments) -> str | None:
    """What those are called who said it, whichever side they are of."""
    return of.names.get(row["user_id"]) or of.names.get(row.get("invitation_id"))


def _investment(row: Any, entitled: float, found: Summary) -> dict[str, Any]:
    resource = found.investments.resources[row["resource_id"]]
    cost = resource["unit_cost"]
    return {
        **{name: row[name] for name in ("resource_id", "quantity", "internal_note", "exception_reason")},
        "resource": resource["name"],
        "function": resource["function"],
        "entitled": entitled,
        "unit_cost": None if cost is None else MoneyOut(amount=cost, currency=resource["currency"]),
        "approved_by": found.investments.names.get(row["approved_by_user_id"]),
    }
