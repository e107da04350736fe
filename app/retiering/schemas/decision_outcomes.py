"""The wire of what became of accounts that the rules would have let go."""

from datetime import date

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Ratio01
from app.retiering.core.deciding import KeepingReason
from app.retiering.core.kept_outcomes import Verdict


class ChangeSummary(Answer):
    """A change over accounts."""

    known: int = Field(description="Of how many it is known", examples=[9])
    mean: float | None = Field(description="Null without any", examples=[-0.04])
    median: float | None = Field(description="Null without any", examples=[-0.02])


class OutcomeGroup(Answer):
    """How accounts changed in the months after."""

    cases: int = Field(description="How many decisions there were", examples=[12])
    too_early: int = Field(description="After how many of them the months have not passed yet", examples=[3])
    revenue_change: ChangeSummary = Field(
        description="What they spent in the time after, against as much time before: 0.1 is a tenth more"
    )
    health_change: ChangeSummary = Field(description="In points of 0 to 100")


class OutcomeDifference(Answer):
    """The mean of the kept less the mean of those let go; they were not chosen by lot, so it is no effect."""

    difference: float | None = Field(description="Null where either side has none", examples=[-0.12])
    low: float | None = Field(description="Of the interval of 95 % (Welch); null below 5 on a side", examples=[-0.3])
    high: float | None = Field(description="Of the interval; null below 5 on a side", examples=[0.06])
    verdict: Verdict = Field(
        description="By the interval; `insufficient_data` below 5 known on a side", examples=["inconclusive"]
    )


class KeepingOutcome(OutcomeGroup):
    """The same of those that were kept for one reason."""

    keeping_reason: KeepingReason = Field(description="Why they were kept", examples=["fear_of_losing_the_customer"])


class OutcomeHorizon(Answer):
    """Kept accounts against those let go, so many months after the decision."""

    months: int = Field(description="After how many months", examples=[6])
    kept: OutcomeGroup = Field(description="Kept although the rules recommended less")
    let_go: OutcomeGroup = Field(description="Downtiered, or out of the program, as the rules recommended")
    revenue_difference: OutcomeDifference = Field(description="Of the change of revenue")
    health_difference: OutcomeDifference = Field(description="Of the change of health")
    keeping_reasons: list[KeepingOutcome] = Field(description="The kept by reason, the most frequent first")


class ResourcesReduced(Answer):
    """How often resources were really reduced for accounts of which less was recommended."""

    decisions: int = Field(description="Decisions on accounts of which the rules recommended less", examples=[20])
    reduced: int = Field(
        description="Those after which the account is entitled to less of a resource than on their eve", examples=[6]
    )
    share: Ratio01 | None = Field(description="The second of the first; null without any", examples=[0.3])
    benchmark: BenchmarkAnswer = Field(description="What a survey tells of organizations; never mixed with ours")


class HealthierAfterReducing(Answer):
    """Whether accounts were healthier half a year after their resources were reduced."""

    known: int = Field(description="Of how many reduced accounts the change of health is known", examples=[5])
    healthier: int = Field(description="In how many of them it rose", examples=[2])
    share: Ratio01 | None = Field(description="The second of the first; null without any", examples=[0.4])
    benchmark: BenchmarkAnswer = Field(description="What people said of their portfolio; never mixed with ours")


class RetieringOutcomes(Answer):
    """What became of accounts that the rules would have let go: of those kept, and of those let go."""

    as_of: date = Field(description="As of when")
    recommended_less: int = Field(
        description="Decisions that stand on accounts of which the rules recommended less", examples=[20]
    )
    kept: int = Field(description="How many of them people kept all the same", examples=[12])
    kept_share: Ratio01 | None = Field(description="The second of the first; null without any", examples=[0.6])
    horizons: list[OutcomeHorizon] = Field(description="After 6 and 12 months")
    resources_reduced: ResourcesReduced
    healthier_after_reducing: HealthierAfterReducing
