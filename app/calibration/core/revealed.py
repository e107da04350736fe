"""What both sides submitted, as it lies open to both after the reveal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from app.calibration.core.parties import PARTIES, Party
from app.kernel.errors import Conflict


class NotRevealed(Conflict):
    """Both sides have to seal their submission first."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a side wants to reach; importance: 1..5. theme: what it is about, in the side's own words."""

    key: str
    title: str
    theme: str | None
    importance: int


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a side commits itself to; level: 1..5. goal: the key of its own goal that it serves."""

    key: str
    level: int
    goal: str | None


@dataclass(frozen=True, slots=True)
class Submission:
    """What a side said; `sought` is the importance (1..5) of each of its expectations."""

    goals: tuple[Goal, ...]
    commitments: tuple[Commitment, ...]
    sought: tuple[int, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read from a submission as it is kept."""
        return cls(
            goals=tuple(
                Goal(each["key"], each["title"], each.get("theme"), each["importance"]) for each in document["goals"]
            ),
            commitments=tuple(
                Commitment(each["key"], each["level"], each.get("goal")) for each in document["commitments"]
            ),
            sought=tuple(each["importance"] for each in document["expectations"]),
        )

    def goals_by_key(self) -> dict[str, Goal]:
        """In their order."""
        return {goal.key: goal for goal in self.goals}


# Both sides', or nothing at all while either is sealed to the other.
Revealed = Mapping[Party, Submission]


def revealed_of(sealed: Mapping[Party, Mapping[str, Any]]) -> Revealed:
    """What lies open to both, of the documents that were sealed: both, or none."""
    return {party: Submission.of(sealed[party]) for party in PARTIES} if set(sealed) == set(PARTIES) else {}
