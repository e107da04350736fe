"""How much is put into the customer's own strategic planning, as one figure per account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.kernel.periods import trailing

ContributionKind = Literal["market_insight", "strategy_session"]

WINDOW_DAYS: Final = 365
# One of each in a quarter is all that can be asked for.
ENOUGH: Final = 4


@dataclass(frozen=True, slots=True)
class Contribution:
    """An insight into the market, or a session that helped them to say what their strategy is."""

    kind: ContributionKind
    contributed_on: date
    in_their_plan: bool


@dataclass(frozen=True, slots=True)
class Index:
    """What was contributed in the window, and what it comes to, 0 to 100.

    insights_in_plan: those that the customer took into its plan; only they count.
    """

    insights: int
    insights_in_plan: int
    sessions: int
    index: float


def index(contributions: Sequence[Contribution], as_of: date) -> Index:
    """The contributions of the 365 days that end at `as_of`.

    index = 50 · min(insights in their plan / 4, 1) + 50 · min(sessions / 4, 1): 0 without any, 100 from one of each
    per quarter on; monotone in either. Suppliers who do both are three to four times likelier to see the customer
    spend more [001, Figure 8]; the scale is ours.
    """
    window = trailing(as_of, WINDOW_DAYS)
    counted = [one for one in contributions if one.contributed_on in window]
    insights = [one for one in counted if one.kind == "market_insight"]
    taken = sum(one.in_their_plan for one in insights)
    sessions = len(counted) - len(insights)
    return Index(len(insights), taken, sessions, 50 * (min(taken / ENOUGH, 1) + min(sessions / ENOUGH, 1)))
