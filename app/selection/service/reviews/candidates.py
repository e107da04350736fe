"""What is said of a candidate: blind ratings, what the joint session agrees on, votes; and who sees it when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId, UserId
from app.selection.core.model import DIMENSIONS, SelectionModel
from app.selection.core.reviews.ratings import AxisFigures, MetricFigures, Voice, axis_figures, metric_figures
from app.selection.queries import decisions as decision_queries
from app.selection.queries import reviews as queries
from app.selection.service import models
from app.selection.service.reviews import agreed
from app.selection.service.reviews.seats import Candidate, Seat, candidate, seat
from app.tenancy.core.caller import Caller


class UnusableRatings(Invalid):
    """The ratings cannot be given so."""


class UnusableVote(Invalid):
    """The vote cannot be given so."""


@dataclass(frozen=True, slots=True)
class Given:
    """A rating as it is given: 1..5 on a metric."""

    metric: str
    value: int
    comment: str | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote as it is given; conditions come with `support_with_conditions` alone."""

    vote: str
    reason: str
    conditions: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What was rated and voted, for everybody to see once the review is revealed."""

    ratings: Sequence[RowMapping]
    votes: Sequence[RowMapping]
    metrics: Sequence[MetricFigures]
    axes: Sequence[AxisFigures]


@dataclass(frozen=True, slots=True)
class Look:
    """What a caller may see of a candidate: `opened` is None until the reveal; `own` is the key's own person's part."""

    candidate: Candidate
    participants: Sequence[RowMapping]
    own: RowMapping | None
    opened: Opened | None
    objections: Sequence[RowMapping]
    decisions: Sequence[RowMapping]


async def rate(  # who rates which candidate how
    connection: AsyncConnection,
    caller: Caller,
    review_id: UUID,
    account_id: AccountId,
    ratings: Sequence[Given],
    *,
    user_id: UserId | None,
) -> RowMapping:
    """Give a person's blind ratings of a candidate, in place of those that they gave before."""
    found = await candidate(connection, caller.tenant_id, review_id, account_id)
    who = await seat(connection, caller, found, user_id, "rate")
    document = _document(found, ratings)
    return await queries.put_ratings(connection, {**_said_by(caller, found, who), "ratings": document})


def _said_by(caller: Caller, found: Candidate, who: Seat) -> dict[str, Any]:
    return {
        "tenant_id": caller.tenant_id,
        "review_id": found.review["id"],
        "account_id": found.account_id,
        "user_id": who.user_id,
        "function": who.function,
        "key_id": caller.key_id,
    }


def _document(found: Candidate, ratings: Sequence[Given]) -> dict[str, dict[str, Any]]:
    """The ratings by metric; each metric is one of the review's, and rated once."""
    judged = found.review["metrics"]
    document: dict[str, dict[str, Any]] = {}
    problems = []
    for at, one in enumerate(ratings):
        if one.metric not in judged:
            problems.append(FieldProblem(f"/ratings/{at}/metric", "unknown_metric", f"is none of {', '.join(judged)}"))
        elif one.metric in document:
            problems.append(FieldProblem(f"/ratings/{at}/metric", "duplicate", "is rated above already"))
        document[one.metric] = {"value": one.value, "comment": one.comment}
    if problems:
        raise UnusableRatings("see the metrics of the review", errors=problems)
    return document


async def unify(  # who records for which candidate what was agreed
    connection: AsyncConnection,
    caller: Caller,
    review_id: UUID,
    account_id: AccountId,
    ratings: Sequence[Given],
    *,
    user_id: UserId | None,
) -> Look:
    """Keep what the joint session agreed on; metrics that are not named keep what was agreed on them before.

    It is recorded as rating facts of the participating functions at once, so that the candidate is decided on with a
    score that knows it. The same said again records nothing.
    """
    found = await candidate(connection, caller.tenant_id, review_id, account_id, lock="update")
    who = await seat(connection, caller, found, user_id, "unify")
    before = found.row["unified"] or {}
    unified = {**before, **_document(found, ratings)}
    newly = {metric: said for metric, said in unified.items() if before.get(metric) != said}
    if newly:
        values = {"unified": unified, "unified_by_user_id": who.user_id}
        await queries.agree(connection, caller.tenant_id, review_id, found.account_id, values)
        participants = await queries.participants(connection, caller.tenant_id, review_id)
        functions = sorted({row["function"] for row in participants})
        await agreed.save(connection, caller.tenant_id, found, newly, functions)
    return await look(connection, caller, review_id, account_id)


async def vote(  # who votes on which candidate how
    connection: AsyncConnection,
    caller: Caller,
    review_id: UUID,
    account_id: AccountId,
    ballot: Ballot,
    *,
    user_id: UserId | None,
) -> RowMapping:
    """Give a person's vote on a candidate, in place of the one that they gave before."""
    found = await candidate(connection, caller.tenant_id, review_id, account_id)
    who = await seat(connection, caller, found, user_id, "vote")
    _refuse_unfit(ballot)
    said = {"vote": ballot.vote, "reason": ballot.reason, "conditions": ballot.conditions}
    row = await queries.put_vote(connection, {**_said_by(caller, found, who), **said})
    # Which functions voted is a figure of the account.
    await changing.told(connection, caller.tenant_id, ACCOUNTS, [found.standing_id], any_record=False)
    return row


def _refuse_unfit(ballot: Ballot) -> None:
    conditional = ballot.vote == "support_with_conditions"
    if conditional == (ballot.conditions is not None):
        return
    code, message = (
        ("missing", "is needed to support with conditions")
        if conditional
        else ("unexpected", "comes with support_with_conditions alone")
    )
    raise UnusableVote(message, errors=[FieldProblem("/conditions", code, message)])


async def look(connection: AsyncConnection, caller: Caller, review_id: UUID, account_id: AccountId) -> Look:
    """A candidate as the caller may see it: before the reveal nobody sees more than their own key's own ratings."""
    found = await candidate(connection, caller.tenant_id, review_id, account_id, lock=None)
    own = None
    if caller.user_id is not None:
        own = await queries.own_ratings(connection, caller.tenant_id, review_id, found.account_id, caller.user_id)
    return Look(
        candidate=found,
        participants=await queries.participants(connection, caller.tenant_id, review_id),
        own=own,
        opened=await opened(connection, caller.tenant_id, found),
        objections=await decision_queries.objections_to(connection, caller.tenant_id, review_id, found.account_id),
        decisions=await decision_queries.of_candidate(connection, caller.tenant_id, review_id, found.account_id),
    )


async def opened(connection: AsyncConnection, tenant_id: TenantId, found: Candidate) -> Opened | None:
    """What everybody said of a candidate; None of a review that was not revealed, also when it was given up so."""
    if found.review["revealed_at"] is None:
        return None
    review_id = found.review["id"]
    ratings = await queries.ratings(connection, tenant_id, review_id, found.account_id)
    votes = await queries.votes(connection, tenant_id, review_id, found.account_id)
    model = (await models.to_use(connection, tenant_id, None)).model
    figures = _figures(found, ratings)
    return Opened(ratings, votes, figures, _axes(model, figures))


def _figures(found: Candidate, ratings: Sequence[RowMapping]) -> list[MetricFigures]:
    voices = [
        Voice(row["user_id"], row["function"], {metric: said["value"] for metric, said in row["ratings"].items()})
        for row in ratings
    ]
    unified: Mapping[str, Any] = found.row["unified"] or {}
    return [
        metric_figures(voices, metric, unified[metric]["value"] if metric in unified else None)
        for metric in found.review["metrics"]
    ]


def _axes(model: SelectionModel, figures: Sequence[MetricFigures]) -> list[AxisFigures]:
    """The figures of each dimension of the model, over those of its metrics that are judged."""
    reads = {axis: {one.metric for one in model.criteria if one.dimension == axis} for axis in DIMENSIONS}
    return [axis_figures(axis, [one for one in figures if one.metric in reads[axis]]) for axis in DIMENSIONS]
