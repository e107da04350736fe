"""The doors of accountability over a period, and of how much support varies from account to account."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.periods import InTheFuture
from app.resourcing.core.accountability import AccountabilityGrouping, shares
from app.resourcing.schemas import accountability as wire
from app.resourcing.schemas.utilization import money, rounded
from app.resourcing.service import accountability
from app.resourcing.service.accountability import Accountability, Wanted
from app.resourcing.service.utilization import NoPeriod
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read = needs("resourcing:read")
From = Annotated[
    IsoDate | None, Query(alias="from", description="The first day; 364 days before the last when not given")
]
To = Annotated[IsoDate | None, Query(description="The last day; today when not given")]
By = Annotated[
    AccountabilityGrouping, Query(description="What the groups are of; leaders answer for what counts in their days")
]
Limit = Annotated[int, Query(ge=1, le=10_000, description="How many groups, at most")]
BESIDE: Final = "personal_relationships"
_COUNTS: Final = (
    "requested", "answered", "accepted", "declined", "unanswered", "fell_due", "kept", "late", "late_days", "missed",
    "roadblocks_opened", "roadblocks_resolved", "roadblocks_open", "roadblocks_breached", "unpriced",
)  # fmt: skip
_COSTS: Final = ("committed_cost", "entitled_cost", "used_cost", "wasted_cost")


# Not `async`, a dependency would be given to a thread.
async def _wanted(from_: From = None, to: To = None, group_by: By = "function", limit: Limit = 200) -> Wanted:
    return Wanted(from_, to, group_by, limit)


@router.get(
    "/resourcing/accountability",
    response_model=wire.AccountabilityReport,
    responses=problems(NoPeriod, InTheFuture),
    openapi_extra=read,
)
async def get_accountability(
    tenant_id: CurrentTenant, connection: Connection, wanted: Annotated[Wanted, Depends(_wanted)]
) -> Any:
    """Tell who promised what, whether it arrived and was used, and what stood in the way, over any days.

    Requests count by the day on which they were made, promises by the day on which they fell due, use by its day,
    roadblocks by whether they stood in the way; all as it is known today. Kept is what was delivered on or before its
    day, of all that fell due. Counts, days and costs of the groups add up to those of the total.
    """
    return _report(await accountability.report(connection, tenant_id, wanted), wanted)


def _report(found: Accountability, wanted: Wanted) -> dict[str, Any]:
    total = _figures(found.total, found.costs.currency)
    return {
        "from_on": found.from_on,
        "to_on": found.to_on,
        "group_by": wanted.by,
        "currency": found.costs.currency,
        "missing_rates": found.costs.missing_rates,
        "total": total,
        "groups": [
            {
                **_figures(row, found.costs.currency),
                "key": row["part"] or None,
                "name": found.names.get(row["part"]),
            }
            for row in found.groups
        ],
        "groups_total": found.groups_total,
        "personal_channel": {"share": total["personal_share"], "benchmark": BENCHMARKS[BESIDE]},
    }


def _figures(row: Mapping[Any, Any], currency: str) -> dict[str, Any]:
    found = shares(row)
    return {
        **{name: int(row[name]) for name in _COUNTS},
        "overdue_now": int(row["overdue"]),
        "accepted_share": rounded(found.accepted),
        "kept_share": rounded(found.kept),
        "personal_share": rounded(found.personal),
        "unplanned_share": rounded(found.unplanned),
        "wasted_share": rounded(found.wasted),
        "median_response_days": rounded(row["response_days"]),
        "median_help_days": rounded(row["help_days"]),
        **{name: money(row[name], currency) for name in _COSTS},
    }
