"""What a manager's hours say: on which accounts, for what, and whether coordinating crowds out the work on strategy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

Activity = Literal[
    "senior_relationships", "negotiation", "escalations", "joint_roadmap", "data_analysis", "internal_coordination",
    "other",
]  # fmt: skip
ACTIVITIES: Final[tuple[Activity, ...]] = get_args(Activity)
# What answers to something that went wrong, what makes an account grow, and what its strategy is thought out in.
REACTIVE: Final[frozenset[str]] = frozenset({"escalations"})
GROWTH: Final[frozenset[str]] = frozenset({"senior_relationships", "negotiation", "joint_roadmap"})
STRATEGY: Final[frozenset[str]] = frozenset({"joint_roadmap", "data_analysis"})
DEDICATED_FROM: Final = 0.8  # the product's own choice: below it key accounts are tacked on to another job


@dataclass(frozen=True, slots=True)
class Spent:
    """Hours, above 0, on one activity; whether they were for a key account, or None where for no account at all."""

    activity: str
    hours: float
    for_key_account: bool | None


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """Shares 0..1 of a manager's hours; None where there are none to share.

    dedication: of the hours that were for an account, those for key accounts. coordination: hours of coordinating
    inside the own organization. crowded_out: more of these than of work on strategy (joint roadmap, data analysis).
    """

    hours: float
    by_activity: Mapping[str, float]
    dedication: float | None
    reactive: float | None
    growth: float | None
    coordination: float | None
    crowded_out: bool | None

    def tacked_on(self, key_accounts: int) -> bool | None:
        """Whether a manager's key accounts come on top of another job; None without any, or without hours."""
        return None if self.dedication is None or not key_accounts else self.dedication < DEDICATED_FROM


def time_spent(entries: Sequence[Spent]) -> TimeSpent:
    """The shares of a manager's hours; source of the coordination load: hours coordinating / all hours."""
    by_activity: dict[str, float] = {
        name: sum(one.hours for one in entries if one.activity == name) for name in ACTIVITIES
    }
    total = sum(one.hours for one in entries)
    placed = sum(one.hours for one in entries if one.for_key_account is not None)
    coordinating = by_activity["internal_coordination"]
    return TimeSpent(
        hours=total,
        by_activity={name: hours / total for name, hours in by_activity.items() if hours > 0},
        dedication=_share(sum(one.hours for one in entries if one.for_key_account), placed),
        reactive=_share(_of(by_activity, REACTIVE), total),
        growth=_share(_of(by_activity, GROWTH), total),
        coordination=_share(coordinating, total),
        crowded_out=coordinating > _of(by_activity, STRATEGY) if total > 0 else None,
    )


def _of(by_activity: Mapping[str, float], names: frozenset[str]) -> float:
    return sum(hours for name, hours in by_activity.items() if name in names)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
