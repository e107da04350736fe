"""Whether a change takes something from an account, and whether that may be before the customer was told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from app.kernel.errors import Conflict
from app.resourcing.core.entitlements import Grant, Statement, entitled

# When something may be taken. `agreed`: at any time, as the customer agreed to what takes its place, or as it concerns
# every account. `unheld`: unless the customer is to be told first. `told`: only once the customer was told.
Allowed = Literal["agreed", "unheld", "told"]


class ConversationNotRecorded(Conflict):
    """The customer has not been told of it yet."""


@dataclass(frozen=True, slots=True)
class Hold:
    """That the customer is to be told first, and on which day that happened (None: not yet)."""

    conversation_on: date | None


def check_withdrawal(hold: Hold | None, on: date, allowed: Allowed) -> None:
    """Raise ConversationNotRecorded unless something may be taken from an account on a day.

    hold: the one in force, None where nobody decided to take anything. What is said to be of a day before the
    conversation was taken before it, whenever it is recorded.
    """
    if allowed == "agreed":
        return
    if hold is None:
        if allowed == "told":
            raise ConversationNotRecorded("it takes resources away: decide it in a retiering, and plan its reset first")
        return
    if hold.conversation_on is None:
        raise ConversationNotRecorded("record the conversation with the customer in the relationship reset first")
    if on < hold.conversation_on:
        raise ConversationNotRecorded(f"the customer was told on {hold.conversation_on}; nothing is taken before")


def withdrawn(before: Collection[Statement], after: Collection[Statement], on: date) -> set[UUID]:
    """The resources of which an account would be entitled to less on any day from `on` on.

    before, after: all statements on the account that hold on that day or later, as they are and as they would be.
    What ends by itself, as it was stated from the onset, is no less than before. Without statements: none.
    """
    days = {on, *(day for one in (*before, *after) for day in (one.from_on, one.grant.until_on) if day and day > on)}
    lost: set[UUID] = set()
    for day in days:
        had, has = entitlement(before, day), entitlement(after, day)
        lost |= {resource_id for resource_id, quantity in had.items() if has.get(resource_id, 0.0) < quantity}
    return lost


def entitlement(statements: Iterable[Statement], on: date) -> Mapping[UUID, float]:
    """What statements on one account come to on a day, per quarter, by resource; resources without any left out."""
    grants: dict[UUID, list[Grant]] = defaultdict(list)
    for one in statements:
        if one.holds(on):
            grants[one.grant.resource_id].append(one.grant)
    return {resource_id: entitled(held) for resource_id, held in grants.items()}


def remaining(before: Sequence[Statement], ended: Collection[UUID], on: date) -> list[Statement]:
    """The statements as they hold once some of them end with a day, which is no longer included."""
    return [replace(one, grant=replace(one.grant, until_on=on)) if one.id in ended else one for one in before]
