"""Closing a round: the answers are opened, what they come to is kept for good, and may be applied to the model."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.kernel.errors import Conflict
from app.kernel.ids import ModelId, TenantId
from app.selection.core.feedback.functions import Submission
from app.selection.core.feedback.outcome import outcome_document
from app.selection.core.feedback.owning import undisposed
from app.selection.queries import feedback as queries
from app.selection.service import models
from app.selection.service.feedback.rounds import Round, RoundId, Whole, find, find_open, whole
from app.selection.service.models import Version


class ItemsUndisposed(Conflict):
    """Some objections and proposals have no disposition."""


class NobodyAnswered(Conflict):
    """Nobody has answered in the feedback round."""


class RoundNotClosed(Conflict):
    """The feedback round has no result."""


class CriteriaChanged(Conflict):
    """The model has other criteria than the feedback round weighed."""


@dataclass(frozen=True, slots=True)
class ClosedRound:
    """What the litmus test asks of a closed round: which functions answered, how far they agree, what is still open."""

    id: UUID
    closed_at: datetime
    functions: tuple[str, ...]
    kendalls_w: float | None
    open_blocking: int


async def close(connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId) -> Whole:
    """End a round with what its answers come to; everything that was raised has to be disposed of first."""
    ended = await find_open(connection, tenant_id, round_id, "update")
    seen = await whole(connection, tenant_id, round_id)
    left = undisposed(seen.raised)
    if left:
        raise ItemsUndisposed(f"{left} of {len(seen.items)} have none yet")
    answers = await queries.answers_of(connection, tenant_id, round_id)
    if not answers:
        raise NobodyAnswered("abandon the round, or wait for an answer")
    result = await asyncio.to_thread(_result, seen, answers)
    await queries.end_round(connection, tenant_id, round_id, {"state": "closed", "result": result})
    told = {
        "model_id": str(ended.model_id),
        "model_version": ended.model_version,
        "name": ended.name,
        "functions": [one["function"] for one in result["functions"]],
        "kendalls_w": result["agreement"]["kendalls_w"],
    }
    await events.record(connection, tenant_id, "feedback_round.closed", "feedback_round", round_id, told)
    return await whole(connection, tenant_id, round_id)


def _result(seen: Whole, answers: Sequence[RowMapping]) -> dict[str, Any]:
    criteria = seen.round.criteria
    document = outcome_document(criteria, [_submission(row) for row in answers], seen.ownership)
    document["participants"] = [
        {
            "user_id": str(row["user_id"]),
            "function": row["function"],
            "method": row["method"],
            "weights": {one.key: weight for one, weight in zip(criteria, row["answer"]["weights"], strict=True)},
            "consistency": row["answer"]["consistency"],
        }
        for row in answers
    ]
    return document


def _submission(row: RowMapping) -> Submission:
    answer = row["answer"]
    given = answer["points" if row["method"] == "points" else "comparisons"]
    return Submission(row["function"], row["method"], tuple(given), tuple(answer["weights"]))


async def apply(connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId, *, version: int) -> Version:
    """Draft the model anew with the functions' mean weights; nothing else of it changes.

    version: of the model, as the caller read it. Weights are free of scale: within each dimension they count as they
    come, and what share of the composite a dimension has stays with the model.
    """
    ended = await find(connection, tenant_id, round_id)
    if ended.result is None:
        raise RoundNotClosed(f"it is {ended.state}")
    newest = await models.newest(connection, tenant_id, ended.model_id, lock=True)
    _check_criteria(ended, newest)
    weights: Mapping[str, float] = ended.result["weights"]
    criteria = [{**one, "weight": 100.0 * weights[one["key"]]} for one in newest.document["criteria"]]
    document = {**newest.document, "criteria": criteria}
    return await models.change(connection, tenant_id, ended.model_id, document, version=version)


def _check_criteria(ended: Round, newest: Version) -> None:
    weighed, has = {one.key for one in ended.criteria}, {one["key"] for one in newest.document["criteria"]}
    if weighed != has:
        added, gone = ", ".join(sorted(has - weighed)), ", ".join(sorted(weighed - has))
        raise CriteriaChanged(f"new in the model: {added or 'none'}; gone from it: {gone or 'none'}"[:500])


async def newest_closed(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, criteria_keys: frozenset[str]
) -> ClosedRound | None:
    """The newest closed round of the model, of whichever version, that weighed exactly these criteria."""
    row = await queries.closed_with(connection, tenant_id, model_id, sorted(criteria_keys))
    if row is None:
        return None
    result = row["result"]
    return ClosedRound(
        id=row["id"],
        closed_at=row["closed_at"],
        functions=tuple(one["function"] for one in result["functions"]),
        kendalls_w=result["agreement"]["kendalls_w"],
        open_blocking=row["open_blocking"],
    )
