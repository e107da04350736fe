"""Which quadrant accounts stand in on a day, since when, and where they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.queries import quadrants as queries
from app.kernel.ids import AccountId, TenantId


@dataclass(frozen=True, slots=True)
class Quadrant:
    """Where an account stood by its newest kept day; `name` is None where it could not be placed.

    since: the first kept day of that quadrant without a break. before: the quadrant that it came from, None where it
    came from none. hygiene, health: 0..100, None where nothing is known.
    """

    as_of: date
    name: str | None
    since: date
    before: str | None
    hygiene: float | None
    health: float | None
    provisional: bool


async def placed(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date
) -> dict[AccountId, Quadrant]:
    """By account, where it stood at the end of a day, in one statement; who was never judged by then is left out."""
    return {
        AccountId(row["account_id"]): Quadrant(
            as_of=row["as_of"],
            name=row["quadrant"],
            since=row["since"],
            before=row["before"],
            hygiene=row["hygiene"],
            health=row["health"],
            provisional=row["provisional"],
        )
        for row in await queries.placed(connection, tenant_id, account_ids, as_of)
    }
