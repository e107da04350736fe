"""The doors of published figures: all there are, and sets that are brought in."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.program.schemas import benchmarks as wire
from app.program.service import benchmark_sets as service
from app.program.service.benchmark_sets import (
    BenchmarkSetNotFound,
    Listed,
    TooManyBenchmarkSets,
    UnusableBenchmarkSet,
)
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["program"])
read, write = needs("retiering:read"), needs("retiering:write")
PathSetId = Annotated[Id, Path(description="The set's id")]


@router.get("/benchmarks", response_model=wire.BenchmarkList, responses=problems(), openapi_extra=needs(None))
async def list_benchmarks(tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List the published figures that ours are shown beside.

    Each says whom it is of and what to bear in mind; none of them ever enters a score. A figure that was brought in
    stands beside the shipped one of its code, and never takes its place.
    """
    return {"data": [_listed(one) for one in await service.listed(connection, tenant_id)], "next_cursor": None}


def _listed(one: Listed) -> dict[str, Any]:
    return {**asdict(one.benchmark), "benchmark_set": one.origin}


@router.post(
    "/benchmark-sets",
    status_code=201,
    response_model=wire.BenchmarkSetAnswer,
    responses=problems(UnusableBenchmarkSet, TooManyBenchmarkSets),
    openapi_extra=write,
)
async def import_benchmark_set(
    body: wire.BenchmarkSetBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Bring in published figures of another source.

    A set of a name that is there becomes its next number: the one before stays as it is, and figures that the service
    ships with stay too.
    """
    given = {**body.model_dump(exclude={"benchmarks"}), "benchmarks": [_kept(one) for one in body.benchmarks]}
    row = await service.bring_in(connection, caller, given)
    response.headers["Location"] = f"/v1/benchmark-sets/{row['id']}"
    return _whole(row)


def _kept(one: wire.BenchmarkBody) -> dict[str, Any]:
    return one.model_dump(exclude_none=True)


@router.get(
    "/benchmark-sets",
    response_model=Page[wire.BenchmarkSetSummary],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_benchmark_sets(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List the sets that were brought in, the newest first; older numbers of a name included."""
    found = await service.sets(connection, tenant_id, asked)
    return {"data": [_summary(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/benchmark-sets/{set_id}",
    response_model=wire.BenchmarkSetAnswer,
    responses=problems(BenchmarkSetNotFound),
    openapi_extra=read,
)
async def get_benchmark_set(set_id: PathSetId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a set of published figures."""
    return _whole(await service.find(connection, tenant_id, set_id))


def _summary(row: Any) -> dict[str, Any]:
    names = ("id", "name", "number", "source", "published_on", "created_at")
    return {**{name: row[name] for name in names}, "figures": len(row["benchmarks"])}


def _whole(row: Any) -> dict[str, Any]:
    return {**_summary(row), "benchmarks": [asdict(one.benchmark) for one in service.figures_of(row)]}
