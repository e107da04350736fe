"""The wire of what came with executive sponsorship."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.infra.wire import Answer
from app.program.core.impact import Verdict

Figure = Literal["win_rate", "cycle_days", "csat", "revenue"]


class MeanEstimate(Answer):
    """A mean over accounts with its 95 % interval (Student's t)."""

    n: int = Field(description="How many accounts it is over", examples=[34])
    mean: float | None = Field(description="The mean; null without any account", examples=[0.06])
    low: float | None = Field(description="Where its interval begins; null below two accounts", examples=[0.01])
    high: float | None = Field(description="Where its interval ends; null below two accounts", examples=[0.11])


class FigureImpact(Answer):
    """A figure in the window since sponsorship began against the equal window before.

    An account counts where the figure is known in both windows: a win rate from three closed deals on.
    """

    figure: Figure = Field(
        description="Won / closed deals; median days to win; mean satisfaction; or what was won, as if in a year",
        examples=["win_rate"],
    )
    unit: str = Field(description="`ratio`, `days`, `score`, or the reporting currency", examples=["ratio"])
    lower_is_better: bool = Field(description="Whether a fall is good")
    before: float | None = Field(description="The sponsored accounts' mean before it began", examples=[0.45])
    since: float | None = Field(description="Their mean since", examples=[0.53])
    change: MeanEstimate = Field(description="`since` less `before`, account by account")
    compared_before: float | None = Field(
        description="The mean of unsponsored accounts of the same tier, over the same days before", examples=[0.44]
    )
    compared_since: float | None = Field(description="Their mean over the days since", examples=[0.46])
    difference: MeanEstimate = Field(
        description="The change less that of the unsponsored accounts of the same tier over the same days"
    )
    verdict: Verdict = Field(
        description="By the interval of `difference`; `insufficient_data` below 20 accounts", examples=["better"]
    )


class SponsorshipImpact(Answer):
    """What came with executive sponsorship; an association, since nobody is sponsored by lot."""

    as_of: date = Field(description="The day at whose end the facts are read", examples=["2026-10-31"])
    window_days: int = Field(description="How long the windows are at most", examples=[365])
    sponsored_accounts: int = Field(
        description="Accounts that were sponsored for at least 90 days by then", examples=[41]
    )
    too_recent: int = Field(description="Sponsored accounts for which it is too early, or was too short", examples=[3])
    compared_accounts: int = Field(description="Accounts of the same tiers that nobody ever sponsored", examples=[120])
    fewest_accounts: int = Field(description="Below so many accounts nothing is said of a figure", examples=[20])
    data: list[FigureImpact] = Field(description="The figures")
