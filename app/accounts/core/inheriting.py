"""Decides what the account that stands for two takes over of the one that is gone, where rows do not simply move.

What is in force passes on where the survivor has nothing of the kind in force; where both have, the survivor's stays,
and the other's remains with the account that is gone, to be read there. What has ended stays where it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]
# Whether a row is in force on a day or will be.
InForce = Callable[[Row, date], bool]


@dataclass(frozen=True, slots=True)
class Heir:
    """The account that stands for both from the day `on`."""

    account_id: UUID
    on: date


@dataclass(frozen=True, slots=True)
class Legacy:
    """Rows that are another account's now or end, rows that begin, and whether something stayed behind."""

    changed: Sequence[Row] = ()
    added: Sequence[Row] = ()  # without ids
    apart: bool = False


# Of the rows of the account that is gone, and of the survivor's own, what becomes of the former.
Decide = Callable[[Sequence[Row], Sequence[Row], Heir], Legacy]


@dataclass(frozen=True, slots=True)
class Inherits:
    """How a table's rows pass on, and what they are called where it is told."""

    what: str
    decide: Decide


@dataclass(frozen=True, slots=True)
class Follows:
    """Rows that go where the row goes that their `column` names, which is one of `table`."""

    column: str
    table: str


def whole(what: str, in_force: InForce, *, key: Sequence[str] = ()) -> Inherits:
    """Rows in force become the survivor's as they are, unless it has one in force that is equal in the columns `key`.

    Without a key any of its own keeps all of the other's apart.
    """

    def decide(lost: Sequence[Row], own: Sequence[Row], heir: Heir) -> Legacy:
        passing, apart = _passing(lost, own, in_force, key, heir.on)
        return Legacy([{**row, "account_id": heir.account_id} for row in passing], apart=apart)

    return Inherits(what, decide)


def by_days(what: str, in_force: InForce, *, key: Sequence[str] = (), ended: bool) -> Inherits:
    """Rows that hold from `from_on` until `until_on`: they begin anew with the survivor, on the day of the merge.

    key: as of `whole`. ended: whether what passed on ends with the account that is gone, `until_on` not being the last
    day; else it is left as it is, which tells what was meant.
    """

    def decide(lost: Sequence[Row], own: Sequence[Row], heir: Heir) -> Legacy:
        passing, apart = _passing(lost, own, in_force, key, heir.on)
        begins = [(row, max(row["from_on"], heir.on)) for row in passing]
        return Legacy(
            [{**row, "until_on": day} for row, day in begins] if ended else [],
            [{**row, "account_id": heir.account_id, "from_on": day} for row, day in begins],
            apart=apart,
        )

    return Inherits(what, decide)


def _passing(
    lost: Sequence[Row], own: Sequence[Row], in_force: InForce, key: Sequence[str], on: date
) -> tuple[list[Row], bool]:
    there = {tuple(row[name] for name in key) for row in own if in_force(row, on)}
    live = [row for row in lost if in_force(row, on)]
    passing = [row for row in live if tuple(row[name] for name in key) not in there]
    return passing, len(passing) < len(live)
