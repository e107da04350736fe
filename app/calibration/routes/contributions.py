"""The doors of what is put into the customer's own strategic planning."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.routes.paths import Account
from app.calibration.schemas import contributions as wire
from app.calibration.service import contributions, speaking
from app.calibration.service.references import UnknownContact
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort
from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")
AsOf = Annotated[IsoDate | None, Query(description="As of the end of this day; today when not given")]
_NAMED = {"contact_name", "user_name"}
OF_ROW = tuple(name for name in wire.StrategicContribution.model_fields if name not in _NAMED)


@router.post(
    "/accounts/{account_id}/strategic-contributions",
    status_code=201,
    response_model=wire.StrategicContribution,
    responses=problems(AccountNotFound, InTheFuture, UnknownContact, UnknownPeople, SpeaksForAnother),
    openapi_extra=write,
)
async def add_strategic_contribution(
    account: Account, body: wire.ContributionBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Put on record what was put into the customer's own strategic planning: an insight, or a session."""
    user_id = None if body.user_id is None else UserId(body.user_id)
    speaker = await speaking.supplier(connection, caller, user_id)
    given = body.model_dump(exclude={"on", "user_id"})
    return _shown(*await contributions.add(connection, speaker, account, given, body.on))


@router.get(
    "/accounts/{account_id}/strategic-contributions",
    response_model=wire.StrategicContributions,
    responses=problems(AccountNotFound, InTheFuture, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_strategic_contributions(
    account: Account, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """List what was put into the customer's own strategic planning, with the index of the year."""
    found = await contributions.log(connection, tenant_id, account, asked, as_of)
    return {
        "as_of": found.as_of,
        "index": asdict(found.index),
        "benchmark": asdict(BENCHMARKS["customer_strategy_contribution"]),
        "data": [_shown(row, found.names) for row in found.page.data],
        "next_cursor": found.page.next_cursor,
    }


def _shown(row: Mapping[Any, Any], names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in OF_ROW},
        "contact_name": names.get(row["contact_id"]),
        "user_name": names.get(row["user_id"]),
    }
