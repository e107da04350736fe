"""What really happens to a customer, unseen by the supplier: the causes that every simulated fact follows from."""

from dataclasses import dataclass
from typing import Literal

from app.demo.core.timeline import Vector, month

Story = Literal["grower", "coaster", "decliner", "steady", "prospect", "single_product", "rebuilder"]
Cause = Literal[
    "willing_partner", "comfort", "supporter_left", "competitor_entered", "delivery_trouble",
    "habit", "first_contact", "single_need", "new_sponsor",
]  # fmt: skip
# How an account plan is kept: thought over with the customer every few weeks; written once, its wording alone touched
# since; kept until something went wrong; not at all.
Habit = Literal["living", "drawer", "dropped", "none"]


@dataclass(frozen=True, slots=True)
class Character:
    """What does not change about a customer; each 0 to 1."""

    fit: float
    growth_outlook: float
    market_leadership: float
    switching_cost: float
    influence: float
    disposition: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How much a customer buys, and how.

    volume: won a year at activity 1, in the reporting currency. deals_per_year: opportunities a year at activity 1.
    spread: sigma of the log-normal deal sizes. cycle_days: median days from creation to close.
    """

    volume: float
    deals_per_year: float
    base_win_rate: float
    spread: float
    cycle_days: float

    @property
    def mean_deal(self) -> float:
        return self.volume / (self.deals_per_year * self.base_win_rate)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The hidden course of one customer; vectors are monthly, (36,).

    begins: the day of the first facts (below 0: a customer from before). turns: the day on which the cause acts, None
    where nothing turns. felt: the day from which revenue follows.
    activity: opportunities against `scale.deals_per_year`. win_rate: 0 to 1. attention: ordinary engagement against the
    usual. executive_access: meetings with executives a year. curiosity: share of deals about an offering not bought
    before. willingness, satisfaction, delivery: 0 to 1.
    """

    story: Story
    cause: Cause
    begins: int
    turns: int | None
    felt: int | None
    scale: Scale
    character: Character
    activity: Vector
    win_rate: Vector
    attention: Vector
    executive_access: Vector
    curiosity: Vector
    willingness: Vector
    satisfaction: Vector
    delivery: Vector

    def turned(self, day: int) -> bool:
        """Whether the cause has acted by then."""
        return self.turns is not None and day >= self.turns

    def run_rate(self, day: int) -> float:
        """Revenue a year that could be expected on the day, in the reporting currency."""
        now = month(day)
        return float(self.scale.volume * self.activity[now] * self.win_rate[now] / self.scale.base_win_rate)
