"""Who leads which function, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.kernel.ids import TenantId, UserId
from app.kernel.periods import day_asked
from app.resourcing.queries import leaders as queries


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads a function; `on` is the day from which that holds, today when None."""

    function: str
    user_id: UserId
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Led:
    """A function with who leads it, what they are called, and since when."""

    row: RowMapping
    user_name: str | None


async def leaders(connection: AsyncConnection, tenant_id: TenantId, on: date) -> dict[str, UserId]:
    """Who led each function on a day; functions without a leader then are left out."""
    return {row["function"]: UserId(row["user_id"]) for row in await queries.on(connection, tenant_id, on)}


async def led(connection: AsyncConnection, tenant_id: TenantId, on: date) -> list[Led]:
    """Who led each function on a day, by the function's name."""
    rows = await queries.on(connection, tenant_id, on)
    names = await people.names(connection, tenant_id, [UserId(row["user_id"]) for row in rows])
    return [Led(row, names.get(row["user_id"])) for row in rows]


async def appoint(connection: AsyncConnection, tenant_id: TenantId, leads: Sequence[Lead]) -> None:
    """Let people lead functions from a day on; who led before did so until then."""
    await people.people(connection, tenant_id, [lead.user_id for lead in leads], pointer="/leaders")
    today = datetime.now(UTC).date()
    rows = {
        (lead.function, from_on): {"function": lead.function, "from_on": from_on, "user_id": lead.user_id}
        for at, lead in enumerate(leads)
        for from_on in (day_asked(lead.on, today, pointer=f"/leaders/{at}/on"),)
    }
    await queries.save(connection, tenant_id, list(rows.values()))
