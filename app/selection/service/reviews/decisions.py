"""Decisions on accounts: recorded once with all that they rest on, never changed, followed by later ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import changing
from app.accounts.service.people import speaker
from app.calibration.service import standing as calibrations
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import NotFound
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.selection import queries as score_queries
from app.selection.core.model import STANDARD
from app.selection.core.reviews.decisions import (
    DecisionKind,
    followed,
    lacking,
    refuse_unfit_tier,
    refuse_unready,
)
from app.selection.core.reviews.states import state_after
from app.selection.queries import decisions as queries
from app.selection.queries import reviews as review_queries
from app.selection.service import models
from app.selection.service.keeping import today
from app.selection.service.reviews.candidates import Opened, opened
from app.selection.service.reviews.handing_over import hand_over
from app.selection.service.reviews.seats import Candidate, candidate
from app.selection.tables import decision_records
from app.tenancy.core.caller import Caller

LISTED = Keyset({"created_at": decision_records.c.created_at}, tiebreak=decision_records.c.id, default="-created_at")
_SCORE: Final = (
    "id", "as_of", "model_id", "model_version", "opportunity", "alignment", "composite", "low", "high", "coverage",
    "quadrant", "tier", "provisional", "rank", "ranked",
)  # fmt: skip
_VOTE: Final = ("user_id", "function", "vote", "reason", "conditions")
_OBJECTION: Final = (
    "id", "user_id", "function", "body", "owner_user_id", "owner_function", "due_on", "state", "resolution",
)  # fmt: skip


class DecisionNotFound(NotFound):
    """No such decision."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision as it is made. supersedes_id: the decision that it is to follow, needed within one review."""

    decision: DecisionKind
    tier: str | None
    rationale: str
    supersedes_id: UUID | None
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on an account, by which review."""

    id: UUID
    review_id: UUID
    account_id: AccountId
    decision: DecisionKind
    tier: str | None
    created_at: datetime


async def newest(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Decision | None:
    """The newest decision on an account, or on one that was merged into it; None where nobody decided."""
    row = await queries.newest(connection, tenant_id, account_id)
    if row is None:
        return None
    return Decision(
        id=row["id"],
        review_id=row["review_id"],
        account_id=AccountId(row["account_id"]),
        decision=row["decision"],
        tier=row["tier"],
        created_at=row["created_at"],
    )


async def decide(  # who decides on which candidate what
    connection: AsyncConnection,
    caller: Caller,
    review_id: UUID,
    account_id: AccountId,
    asked: Asked,
    *,
    user_id: UserId | None,
) -> RowMapping:
    """Decide on a candidate, with all that the decision rests on as it is now; it is never changed."""
    found = await candidate(connection, caller.tenant_id, review_id, account_id, lock="update")
    person = await speaker(connection, caller, user_id)
    state_after(found.review["state"], "decide")
    version = await models.to_use(connection, caller.tenant_id, None)
    refuse_unfit_tier(asked.decision, asked.tier, [name for name in version.model.tier_names if name != STANDARD])
    missing = lacking(found.row["functions_voted"], agreed=bool(found.row["unified"]))
    refuse_unready(missing, asked.override_reason)
    supersedes_id = await _followed(connection, caller.tenant_id, found, asked)

    grounds = await _grounds(connection, caller.tenant_id, found)
    overridden = {"lacking": missing, "override_reason": asked.override_reason if missing else None}
    values = {
        "tenant_id": caller.tenant_id,
        "id": new_id(),
        "review_id": review_id,
        "account_id": found.account_id,
        "decision": asked.decision,
        "tier": asked.tier,
        "rationale": asked.rationale,
        "model_id": version.model_id,
        "model_version": version.number,
        "grounds": orjson.loads(orjson.dumps({**grounds, **overridden}, default=str)),
        "supersedes_id": supersedes_id,
        "user_id": person.id,
        "key_id": caller.key_id,
    }
    made = await queries.add(connection, values)
    await _tell(connection, caller.tenant_id, made)
    if asked.decision == "select":
        await hand_over(connection, caller, found.standing_id, person.id)
    return made


async def _followed(connection: AsyncConnection, tenant_id: TenantId, found: Candidate, asked: Asked) -> UUID | None:
    """The decision that this one supersedes; nobody else decides on the account until the transaction ends."""
    await queries.one_at_a_time(connection, tenant_id, found.standing_id)
    before = await newest(connection, tenant_id, found.standing_id)
    here = found.row["decision_id"] is not None
    return followed(None if before is None else before.id, here=here, named=asked.supersedes_id)


async def _grounds(connection: AsyncConnection, tenant_id: TenantId, found: Candidate) -> dict[str, Any]:
    review_id = found.review["id"]
    said = await opened(connection, tenant_id, found)
    assert said is not None
    objections = await queries.objections_to(connection, tenant_id, review_id, found.account_id)
    participants = await review_queries.participants(connection, tenant_id, review_id)
    votes = _picked(said.votes, _VOTE)
    return {
        "score": await _score(connection, tenant_id, found.standing_id),
        "metrics": said.metrics,
        "axes": said.axes,
        "agreed": found.row["unified"] or {},
        "ratings": _ratings(said),
        "votes": votes,
        "dissent": [vote for vote in votes if vote["vote"] == "object"],
        "objections": _picked(objections, _OBJECTION),
        "participants": _picked(participants, ("user_id", "function")),
        "calibration": await _calibration(connection, tenant_id, found.standing_id),
    }


def _picked(rows: Sequence[RowMapping], names: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in names} for row in rows]


def _ratings(said: Opened) -> list[dict[str, Any]]:
    return [
        {"user_id": row["user_id"], "function": row["function"], "metric": metric, **rating}
        for row in said.ratings
        for metric, rating in row["ratings"].items()
    ]


async def _calibration(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId
) -> dict[str, Any] | None:
    """What is agreed with the customer, where anything is."""
    found = (await calibrations.in_force(connection, tenant_id, [account_id], today())).get(account_id)
    return None if found is None else {"id": found.calibration_id, "level": found.level, "since": found.since}


async def _score(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> dict[str, Any] | None:
    """The account's newest score, and whether facts had changed that it does not know."""
    # Asked first: were the account scored in between, an old score would seem to know all.
    changed_at = await changing.changed_at(connection, tenant_id, account_id)
    row = await score_queries.score(connection, tenant_id, account_id)
    if row is None:
        return None
    return {**{name: row[name] for name in _SCORE}, "scored_at": row["created_at"], "stale": changed_at is not None}


async def _tell(connection: AsyncConnection, tenant_id: TenantId, made: RowMapping) -> None:
    """Say that it was decided, with what still stands in the way."""
    still_open = [one["id"] for one in made["grounds"]["objections"] if one["state"] == "open"]
    named = ("review_id", "account_id", "decision", "tier", "supersedes_id", "user_id")
    data: Mapping[str, Any] = {name: made[name] and str(made[name]) for name in named}
    await events.record(
        connection,
        tenant_id,
        "selection_decision.recorded",
        "selection_decision",
        made["id"],
        {**data, "open_objection_ids": still_open},
    )


async def find(connection: AsyncConnection, tenant_id: TenantId, decision_id: UUID) -> RowMapping:
    """One decision."""
    row = await queries.find(connection, tenant_id, decision_id)
    if row is None:
        raise DecisionNotFound(str(decision_id))
    return row


async def page(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of the decisions on an account, and on those merged into it, the newest first."""
    rows = (await connection.execute(LISTED.page(queries.of_account(tenant_id, account_id), asked))).all()
    return LISTED.cut(rows, asked, by_name)
