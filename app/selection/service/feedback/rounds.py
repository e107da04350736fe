"""Rounds: opened on a draft, with who is asked; seen by all, but for the answers; abandoned."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from app.kernel.ids import ModelId, TenantId, UserId, new_id
from app.metrics import service as metrics
from app.selection.core.feedback.criteria import RoundCriterion, round_criteria
from app.selection.core.feedback.owning import Item, Others, Ownership, open_blocking, others, ownership
from app.selection.queries import feedback as queries
from app.selection.service import models
from app.selection.service.keeping import today
from app.selection.service.models import Version
from app.selection.tables import feedback_rounds
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

RoundId = NewType("RoundId", UUID)
LISTED = Keyset({"created_at": feedback_rounds.c.created_at}, tiebreak=feedback_rounds.c.id, default="-created_at")
MOST_PARTICIPANTS: Final = 200


class RoundNotFound(NotFound):
    """No such feedback round."""


class ParticipantNotFound(NotFound):
    """Nobody of this id was asked in the feedback round."""


class NotADraft(Conflict):
    """Feedback is given on a model before it is published."""


class AnotherRoundOpen(Conflict):
    """Another feedback round of the model is open."""


class RoundEnded(Conflict):
    """The feedback round is not open any more."""


class TooManyParticipants(Conflict):
    """The feedback round has as many participants as it may."""


class HasAnswered(Conflict):
    """The participant has answered, and stays."""


class UnusableRound(Invalid):
    """The feedback round cannot be held so."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round, with the criteria as they were when it was opened; `result` once it is closed."""

    id: RoundId
    model_id: ModelId
    model_version: int
    name: str
    state: str
    criteria: tuple[RoundCriterion, ...]
    closes_on: date | None
    created_at: datetime
    closed_at: datetime | None
    result: Mapping[str, Any] | None

    def check_open(self) -> None:
        """Raises RoundEnded, naming what it is, unless it is open."""
        if self.state != "open":
            raise RoundEnded(f"it is {self.state}")


@dataclass(frozen=True, slots=True)
class Whole:
    """A round with all that may be seen of it: who was asked and who has answered, not what; what was raised."""

    round: Round
    participants: Sequence[RowMapping]
    items: Sequence[RowMapping]
    names: Mapping[UserId, str]

    @property
    def overdue(self) -> bool:
        """Whether answers were wanted by now, and the round is open still."""
        one = self.round
        return one.state == "open" and one.closes_on is not None and one.closes_on < today()

    @property
    def raised(self) -> list[Item]:
        return [item_of(row) for row in self.items]

    @property
    def asked(self) -> list[str]:
        return [row["function"] for row in self.participants]

    @property
    def submitted(self) -> list[str]:
        return [row["function"] for row in self.participants if row["submitted_at"] is not None]

    @property
    def others(self) -> Others:
        return others(self.asked, self.submitted)

    @property
    def ownership(self) -> list[Ownership]:
        return ownership(self.asked, self.submitted, self.raised)

    @property
    def open_blocking(self) -> int:
        return open_blocking(self.raised)


async def open_round(
    connection: AsyncConnection,
    caller: Caller,
    model_id: ModelId,
    *,
    name: str,
    participants: Sequence[UserId],
    closes_on: date | None,
) -> Whole:
    """Ask people what the criteria of a model's draft are worth; the criteria stay as they now are."""
    draft = await models.newest(connection, caller.tenant_id, model_id, lock=True)
    _check_draft(draft)
    if await queries.has_open_round(connection, caller.tenant_id, model_id):
        raise AnotherRoundOpen("close or abandon it first")
    if closes_on is not None and closes_on < today():
        problem = FieldProblem("/closes_on", "in_the_past", "must not lie before today")
        raise UnusableRound(problem.message, errors=[problem])
    registry = metrics.registry_of(await tenancy.organization(connection, caller.tenant_id))
    round_id = RoundId(new_id())
    values = {
        "tenant_id": caller.tenant_id,
        "id": round_id,
        "model_id": model_id,
        "model_version": draft.number,
        "name": name,
        "criteria": [asdict(one) for one in round_criteria(draft.model, registry)],
        "closes_on": closes_on,
        "key_id": caller.key_id,
    }
    await queries.add_round(connection, values)
    await _ask(connection, caller.tenant_id, round_id, participants)
    told = {"model_id": str(model_id), "model_version": draft.number, "name": name}
    await events.record(connection, caller.tenant_id, "feedback_round.opened", "feedback_round", round_id, told)
    return await whole(connection, caller.tenant_id, round_id)


def _check_draft(version: Version) -> None:
    if version.shipped:
        raise models.ShippedModel("copy it into a model of your own, and ask about that")
    if version.state not in {"draft", "in_review"}:
        raise NotADraft(f"version {version.number} is {version.state}; draft the model anew first")


async def _ask(
    connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId, participants: Sequence[UserId]
) -> None:
    found = await people.people(connection, tenant_id, participants, pointer="/participants")
    asked = {user_id: person.function for user_id, person in found.items()}
    await queries.add_participants(connection, tenant_id, round_id, asked)


async def find(connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId, lock: queries.Lock = "no") -> Round:
    """One round."""
    row = await queries.feedback_round(connection, tenant_id, round_id, lock)
    if row is None:
        raise RoundNotFound(str(round_id))
    return _round(row)


async def find_open(
    connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId, lock: queries.Lock = "share"
) -> Round:
    """One round that is open, and stays so until the transaction ends."""
    found = await find(connection, tenant_id, round_id, lock)
    found.check_open()
    return found


async def whole(connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId) -> Whole:
    """A round with all that may be seen of it."""
    found = await find(connection, tenant_id, round_id)
    participants = await queries.participants_of(connection, tenant_id, round_id)
    items = await queries.items_of(connection, tenant_id, round_id)
    ids = {UserId(row["user_id"]) for row in (*participants, *items)}
    ids |= {UserId(row["disposed_by"]) for row in items if row["disposed_by"] is not None}
    return Whole(found, participants, items, await people.names(connection, tenant_id, sorted(ids)))


async def page(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of a model's rounds, the newest first."""
    await models.newest(connection, tenant_id, model_id)
    rows = (await connection.execute(LISTED.page(queries.rounds_of_model(tenant_id, model_id), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def add_participants(
    connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId, participants: Sequence[UserId]
) -> Whole:
    """Ask more people."""
    await find_open(connection, tenant_id, round_id, "update")
    await _ask(connection, tenant_id, round_id, participants)
    seen = await whole(connection, tenant_id, round_id)
    if len(seen.participants) > MOST_PARTICIPANTS:
        raise TooManyParticipants(f"{MOST_PARTICIPANTS} at most")
    return seen


async def participant(
    connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId, user_id: UserId
) -> tuple[RowMapping, Mapping[UserId, str]]:
    """Somebody who was asked, with the name."""
    await find(connection, tenant_id, round_id)
    row = await queries.participant(connection, tenant_id, round_id, user_id)
    if row is None:
        raise ParticipantNotFound(str(user_id))
    return row, await people.names(connection, tenant_id, [user_id])


async def remove_participant(
    connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId, user_id: UserId
) -> None:
    """Ask somebody no longer who has not answered yet."""
    await find_open(connection, tenant_id, round_id)
    if await queries.remove_participant(connection, tenant_id, round_id, user_id):
        return
    if await queries.participant(connection, tenant_id, round_id, user_id) is None:
        raise ParticipantNotFound(str(user_id))
    raise HasAnswered("an answer that was given counts")


async def abandon(connection: AsyncConnection, tenant_id: TenantId, round_id: RoundId) -> Whole:
    """End a round without a result; its answers stay blind for ever."""
    ended = await find_open(connection, tenant_id, round_id, "update")
    await queries.end_round(connection, tenant_id, round_id, {"state": "abandoned"})
    told = {"model_id": str(ended.model_id), "model_version": ended.model_version, "name": ended.name}
    await events.record(connection, tenant_id, "feedback_round.abandoned", "feedback_round", round_id, told)
    return await whole(connection, tenant_id, round_id)


def item_of(row: Mapping[Any, Any]) -> Item:
    """What counts of an item."""
    return Item(row["function"], row["kind"], row["blocking"], row["disposition"])


def _round(row: RowMapping) -> Round:
    return Round(
        id=RoundId(row["id"]),
        model_id=ModelId(row["model_id"]),
        model_version=row["model_version"],
        name=row["name"],
        state=row["state"],
        criteria=tuple(RoundCriterion(**one) for one in row["criteria"]),
        closes_on=row["closes_on"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        result=row["result"],
    )
