"""Published figures that an organization brings in, beside those that the service ships with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.benchmarks import BENCHMARKS, Benchmark
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from app.kernel.ids import TenantId, new_id
from app.program.queries import benchmark_sets as queries
from app.program.service.stated import page
from app.program.tables import benchmark_sets
from app.tenancy.core.caller import Caller

LISTED: Final = Keyset(
    {"created_at": benchmark_sets.c.created_at, "name": benchmark_sets.c.name},
    tiebreak=benchmark_sets.c.id,
    default="-created_at",
)
MOST_SETS: Final = 500


class BenchmarkSetNotFound(NotFound):
    """No such set of published figures."""


class UnusableBenchmarkSet(Invalid):
    """The set of published figures cannot be so."""


class TooManyBenchmarkSets(Conflict):
    """The organization has as many sets of published figures as it may have."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The set that a figure was brought in with."""

    id: UUID
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A published figure; origin: None for those that the service ships with."""

    benchmark: Benchmark
    origin: Origin | None


async def bring_in(connection: AsyncConnection, caller: Caller, given: Mapping[str, Any]) -> RowMapping:
    """Keep a set; one of a name that is there becomes its next number, and the one before stays as it is."""
    codes = [one["code"] for one in given["benchmarks"]]
    problems = [
        FieldProblem(f"/benchmarks/{at}/code", "duplicate", "stands in the set before")
        for at, code in enumerate(codes)
        if code in codes[:at]
    ]
    if problems:
        raise UnusableBenchmarkSet("each figure has a code of its own", errors=problems)
    if await queries.count(connection, caller.tenant_id) >= MOST_SETS:
        raise TooManyBenchmarkSets(f"{MOST_SETS} are the most")
    return await queries.add(
        connection, {"tenant_id": caller.tenant_id, "id": new_id(), "key_id": caller.key_id, **given}
    )


async def find(connection: AsyncConnection, tenant_id: TenantId, set_id: UUID) -> RowMapping:
    """One set."""
    row = await queries.find(connection, tenant_id, set_id)
    if row is None:
        raise BenchmarkSetNotFound(str(set_id))
    return row


async def sets(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of the sets, those brought in last first."""
    return await page(connection, tenant_id, (benchmark_sets, LISTED), asked, {})


async def listed(connection: AsyncConnection, tenant_id: TenantId) -> list[Listed]:
    """All published figures: those shipped, then those of the newest number of each set, by the sets' names."""
    shipped = [Listed(one, None) for one in BENCHMARKS.values()]
    return [*shipped, *(one for row in await queries.newest(connection, tenant_id) for one in figures_of(row))]


def figures_of(row: RowMapping) -> Sequence[Listed]:
    """The figures of a set."""
    origin = Origin(row["id"], row["name"], row["number"])
    year = None if row["published_on"] is None else row["published_on"].year
    return [
        Listed(Benchmark(**{"year": year, **figure, "source": row["source"]}), origin) for figure in row["benchmarks"]
    ]
