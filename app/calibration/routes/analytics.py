"""The doors of calibrations over the portfolio: how long they and their return take, which are stuck or due anew."""

from typing import Annotated, Any

from fastapi import Query

from app.calibration.core.durations import TimeToEnd
from app.calibration.schemas.analytics import CalibrationAnalytics, DueCalibration, TimeToReturn
from app.calibration.service import analytics, due, returns
from app.calibration.service.due import DueTrigger
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read = needs("calibration:read")
AsOf = Annotated[IsoDate | None, Query(description="As it was known at the end of this day; today when not given")]
From = Annotated[IsoDate | None, Query(alias="from", description="Only calibrations that began on this day or later")]
For = Annotated[DueTrigger | None, Query(description="Only those that are due for this reason")]
_OF_DUE = tuple(name for name in DueCalibration.model_fields if name not in {"triggers", "missed_expectations"})


@router.get(
    "/calibrations/analytics",
    response_model=CalibrationAnalytics,
    responses=problems(InTheFuture),
    openapi_extra=read,
)
async def get_calibration_analytics(
    tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None, from_: From = None
) -> Any:
    """Tell how long calibrations and their steps take until they are in force, and where they are stuck.

    Calibrations in progress count for as long as they last (Kaplan and Meier), so that slow ones are not left out.
    """
    found = await analytics.figures(connection, tenant_id, as_of, from_)
    return {
        "as_of": found.as_of,
        "started_from": from_,
        "to_active": _takes(found.to_active),
        "steps": [
            {
                "step": one.step,
                "takes": _takes(one.takes),
                "median_days_of_passed": one.median_of_passed,
                "stuck_after_days": one.limit_days,
                "inside": one.inside,
                "stuck": one.stuck,
            }
            for one in found.steps
        ],
        "stuck": sum(one.stuck for one in found.steps),
    }


@router.get(
    "/calibrations/time-to-return",
    response_model=TimeToReturn,
    responses=problems(InTheFuture),
    openapi_extra=read,
)
async def get_time_to_return(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Tell how long it takes until what an account's won deals bring makes up for what it used.

    Resources count at their cost, deals by their amounts; accounts that have not come so far count for as long as they
    were seen (Kaplan and Meier). Those that nothing was put into are left out.
    """
    found = await returns.find(connection, tenant_id, as_of)
    return {
        "as_of": found.as_of,
        "currency": found.currency,
        "calibrated": _takes(found.comparison.calibrated),
        "others": _takes(found.comparison.others),
        "change": found.comparison.change,
        "insufficient_data": found.comparison.insufficient,
        "uses_left_out": found.uses_left_out,
        "deals_left_out": found.deals_left_out,
    }


def _takes(takes: TimeToEnd) -> dict[str, Any]:
    return {
        "n": takes.n,
        "ended": takes.ended,
        "lower_quartile_days": takes.lower_quartile,
        "median_days": takes.median,
        "upper_quartile_days": takes.upper_quartile,
        "curve": [
            {"days": one.days, "at_risk": one.at_risk, "ends": one.ends, "share": one.share} for one in takes.curve
        ],
    }


@router.get(
    "/calibrations/due",
    response_model=Page[DueCalibration],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_due_calibrations(
    asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, trigger: For = None
) -> Any:
    """List calibrations in force that are due to be done anew, those longest in force first."""
    found = await due.page(connection, tenant_id, asked, trigger)
    data = [
        {
            **{name: one.row[name] for name in _OF_DUE},
            "triggers": one.triggers,
            "missed_expectations": one.row["missed"],
        }
        for one in found.data
    ]
    return {"data": data, "next_cursor": found.next_cursor}
