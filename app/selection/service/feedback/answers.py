"""Answers: each participant's own, replaced while the round is open, and blind to all others until it is closed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.kernel.errors import Conflict, FieldProblem, NotFound
from app.kernel.ids import UserId
from app.selection.core.feedback.ahp import Deviation, most_inconsistent, reciprocal_matrix
from app.selection.core.feedback.answers import (
    Comparison,
    UnusableAnswer,
    Weighing,
    from_comparisons,
    from_points,
    weighing_of_ratios,
)
from app.selection.core.feedback.criteria import keys_of
from app.selection.core.feedback.outcome import consistency_document
from app.selection.queries import feedback as queries
from app.selection.service.feedback.rounds import Round, RoundId, find, find_open
from app.tenancy.core.caller import Caller


class NotAskedForFeedback(Conflict):
    """The feedback round does not ask this person."""


class AnswersBlind(Conflict):
    """Answers are blind until the feedback round is closed."""


class AnswerNotFound(NotFound):
    """The person has not answered."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody's answer: `keys` are the round's criteria, `deviating` the judgements that fit the others least."""

    round_id: RoundId
    user_id: UserId
    function: str
    keys: tuple[str, ...]
    weighing: Weighing
    deviating: Sequence[Deviation]
    submitted_at: datetime

    @property
    def pairs(self) -> list[tuple[str, str, float]]:
        """The comparisons, each criterion with those after it."""
        return [(a, b, ratio) for (a, b), ratio in zip(combinations(self.keys, 2), self.weighing.given, strict=True)]


async def submit(
    connection: AsyncConnection,
    caller: Caller,
    round_id: RoundId,
    *,
    user_id: UserId | None,
    points: Mapping[str, float] | None,
    comparisons: Sequence[Comparison] | None,
) -> Answered:
    """Say what the criteria are worth; what was said before is replaced."""
    asking = await find_open(connection, caller.tenant_id, round_id)
    person = await people.speaker(connection, caller, user_id)
    await participant(connection, caller, asking, person.id)
    weighing = await asyncio.to_thread(_weighing, points, comparisons, keys_of(asking.criteria))
    given = "points" if weighing.method == "points" else "comparisons"
    # The weights go with them, so that closing a large round has not to find them all at once.
    kept = {given: list(weighing.given), "weights": list(weighing.weights), "consistency": consistency_of(weighing)}
    await queries.keep_answer(
        connection, caller.tenant_id, round_id, person.id, method=weighing.method, answer=kept, key_id=caller.key_id
    )
    return _answered(asking, await participant(connection, caller, asking, person.id), weighing)


def _weighing(
    points: Mapping[str, float] | None, comparisons: Sequence[Comparison] | None, keys: Sequence[str]
) -> Weighing:
    if points is not None and comparisons is None:
        return from_points(points, keys)
    if comparisons is not None and points is None:
        return from_comparisons(comparisons, keys)
    problem = FieldProblem("/points", "one_of", "exactly one of points and comparisons is needed")
    raise UnusableAnswer(problem.message, errors=[problem])


async def participant(connection: AsyncConnection, caller: Caller, asking: Round, user_id: UserId) -> RowMapping:
    """What is known of somebody whom the round asks."""
    row = await queries.participant(connection, caller.tenant_id, asking.id, user_id)
    if row is None:
        raise NotAskedForFeedback("add them to the round's participants first")
    return row


async def read(connection: AsyncConnection, caller: Caller, round_id: RoundId, user_id: UserId | None) -> Answered:
    """Somebody's answer: one's own by a key of one's own at any time, anybody's once the round is closed."""
    asking = await find(connection, caller.tenant_id, round_id)
    wanted = user_id or caller.user_id
    if wanted is None:
        problem = FieldProblem("/query/user_id", "missing", "is needed, as the key belongs to nobody")
        raise people.UnknownPeople("say whose answer", errors=[problem])
    if asking.state != "closed" and wanted != caller.user_id:
        raise AnswersBlind(f"it is {asking.state}; a person's own key shows the person's own answer")
    row = await queries.participant(connection, caller.tenant_id, round_id, wanted)
    if row is None or row["answer"] is None:
        raise AnswerNotFound(str(wanted))
    return _answered(asking, row, await asyncio.to_thread(_kept, row, len(asking.criteria)))


def consistency_of(weighing: Weighing) -> dict[str, Any] | None:
    """How well the judgements fit together; None for points."""
    return None if weighing.priorities is None else consistency_document(weighing.priorities)


def _kept(row: RowMapping, count: int) -> Weighing:
    answer = row["answer"]
    if row["method"] == "ahp":
        return weighing_of_ratios(answer["comparisons"], count)
    return Weighing("points", tuple(answer["points"]), tuple(answer["weights"]), None)


def _answered(asking: Round, row: RowMapping, weighing: Weighing) -> Answered:
    return Answered(
        round_id=asking.id,
        user_id=UserId(row["user_id"]),
        function=row["function"],
        keys=keys_of(asking.criteria),
        weighing=weighing,
        deviating=_deviating(weighing),
        submitted_at=row["submitted_at"],
    )


def _deviating(weighing: Weighing) -> list[Deviation]:
    if weighing.priorities is None or weighing.priorities.acceptable:
        return []
    weights = np.array(weighing.weights)
    return most_inconsistent(reciprocal_matrix(weighing.given, len(weights)), weights)
