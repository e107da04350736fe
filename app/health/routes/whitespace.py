"""The door of the grid of whitespace."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.core.whitespace import CellState
from app.health.schemas.whitespace import WhitespaceGrid, shown
from app.health.service import whitespace
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])
PathAccountId = Annotated[Id, Path(description="The account's id")]
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end it is looked at; today when left out")]


@router.get(
    "/accounts/{account_id}/whitespace",
    response_model=WhitespaceGrid,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=needs("health:read"),
)
async def get_whitespace(  # a door's parameters
    account_id: PathAccountId,
    tenant_id: CurrentTenant,
    connection: Connection,
    as_of: AsOf = None,
    state: Annotated[CellState | None, Query(description="Only cells in this state; sums are of all")] = None,
    limit: Annotated[int, Query(ge=0, le=5000, description="How many cells, at most")] = 1000,
) -> Any:
    """Read what each buying center of an account buys of each offering, could buy yet, and who pursues it.

    Sums by buying center, by offering and of all add up to the cells; they are the metrics of whitespace of that day.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return shown(standing, await whitespace.grid(connection, tenant_id, standing, as_of), state, limit)
