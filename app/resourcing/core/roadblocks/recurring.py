"""What stands in the way of account after account: from where on it is the program's to clear."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.resourcing.core.roadblocks.ladder import SEVERITIES, Severity

# Ours: RES-08 of the catalogue asks for a number and a window.
RECURRING_ACCOUNTS: Final = 3
RECURRING_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class Pattern:
    """Roadblocks of one kind and function, opened within the window.

    accounts: in whose way they stand or stood, each once. fresh: how many of these since the program's own roadblock
    for them was resolved; all where there is none. roadblock_id, roadblock_state: of the program's own, if there is one
    that stands or was resolved within the window.
    """

    kind: str
    function: str
    accounts: tuple[UUID, ...]
    fresh: int
    roadblocks: int
    severities: tuple[str, ...]
    last_opened_on: date
    roadblock_id: UUID | None
    roadblock_state: str | None

    @property
    def unanswered(self) -> bool:
        """Whether the program is to have a roadblock of its own for it: none stands, and enough came since the last."""
        return self.roadblock_state in {None, "resolved"} and self.fresh >= RECURRING_ACCOUNTS

    @property
    def gravest(self) -> Severity:
        """The gravest of their severities."""
        return gravest(self.severities)


def counted_after(today: date) -> date:
    """Roadblocks opened after this day count."""
    return today - timedelta(days=RECURRING_DAYS)


def gravest(severities: Collection[str]) -> Severity:
    """The gravest of some severities, of which there is at least one."""
    return next(severity for severity in reversed(SEVERITIES) if severity in severities)


def title(kind: str, function: str, accounts: int) -> str:
    """What the program's own roadblock is called."""
    return f"Recurring: {kind} at {function} stands in the way of {accounts} accounts"
