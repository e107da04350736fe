"""Writes fields of the CRM's account records, in its batches, and tells what became of each record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.crm.client.failures import CrmBusy, CrmDown, CrmLies, CrmRefuses, NeedsReauth
from app.crm.client.line import Line
from app.crm.core import templates
from app.crm.core.paths import at
from app.crm.core.spec import Json, Write

Row = tuple[str, Mapping[str, Any]]
_MOST = 300


@dataclass(frozen=True, slots=True)
class Wrote:
    """What became of one record. again: it was not refused, but could not be written now."""

    ok: bool
    reason: str | None = None
    again: bool = False


async def written(line: Line, write: Write, variables: Mapping[str, Json], rows: Sequence[Row]) -> list[Wrote]:
    """Write the rows; the results are in their order.

    Where the CRM fails before anything was written, its failure is raised; later, what is left comes back as `again`.
    """
    results: list[Wrote] = []
    size = max(write.call.size, 1)
    for start in range(0, len(rows), size):
        try:
            results += await _batch(line, write, variables, rows[start : start + size])
        except (CrmBusy, CrmDown, CrmLies, NeedsReauth) as failure:
            if not any(each.ok for each in results):
                raise
            return results + [Wrote(ok=False, reason=failure.detail, again=True)] * (len(rows) - start)
    return results


async def _batch(line: Line, write: Write, variables: Mapping[str, Json], rows: Sequence[Row]) -> list[Wrote]:
    """One call; where the CRM refuses a batch as a whole, its halves are tried, so that one record harms no other."""
    try:
        return await _called(line, write, variables, rows)
    except (CrmRefuses, templates.Unfillable) as refused:
        if len(rows) == 1:
            return [Wrote(ok=False, reason=str(refused)[:_MOST])]
    half = len(rows) // 2
    return await _batch(line, write, variables, rows[:half]) + await _batch(line, write, variables, rows[half:])


async def _called(line: Line, write: Write, variables: Mapping[str, Json], rows: Sequence[Row]) -> list[Wrote]:
    items = [templates.filled(write.item, {"id": each, "fields": dict(fields)}) for each, fields in rows]
    known: dict[str, Json] = {**variables, "items": items, **templates.of_ids([each for each, _ in rows])}
    if len(rows) == 1:
        known |= {"id": rows[0][0], "fields": dict(rows[0][1])}
    said = await line.write(write.call, known)
    return _results(write, said.json, [each for each, _ in rows])


def _results(write: Write, said: Json, ids: Sequence[str]) -> list[Wrote]:
    found = at(said, write.result_items) if write.result_items or write.success else None
    if found is None:
        return [Wrote(ok=True)] * len(ids)
    results = found if isinstance(found, list) else [found]
    if write.result_id:
        by_id = {str(at(each, write.result_id)): each for each in results}
        return [_one(write, by_id.get(each)) for each in ids]
    if len(results) != len(ids):
        raise CrmLies("its answer does not say what became of each record")
    return [_one(write, each) for each in results]


def _one(write: Write, result: Json) -> Wrote:
    if result is None:
        return Wrote(ok=False, reason="the CRM does not say that it was written")
    if not write.success or at(result, write.success) not in (None, False, "false", "error"):
        return Wrote(ok=True)
    reason = at(result, write.error) if write.error else None
    return Wrote(ok=False, reason=str(reason or "the CRM refuses it")[:_MOST])
