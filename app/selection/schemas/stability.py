"""The wire of stability: what is asked of the draws, the figures of the whole, and those of each account."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.infra.wire import Answer
from app.selection.schemas.analyses import AnalysisAnswer, AskAnalysisBody
from app.selection.schemas.models import Dimension
from app.selection.schemas.scores import Quadrant

Label = Literal["stable", "fragile"]
TopN = Annotated[int, Field(ge=1, le=1_000_000)]


class AskStabilityBody(AskAnalysisBody):
    """How weights are to be drawn round the model's, and how many accounts are the top."""

    top_n: TopN | None = Field(
        default=None, description="How many accounts are the top; a tenth of those with a rank, rounded up, if absent"
    )
    draws: Annotated[int, Field(ge=100, le=10_000)] = Field(
        default=2000, description="Random sets of weights; fewer are drawn for very many accounts"
    )
    concentration: Annotated[float, Field(ge=1, le=1_000_000, allow_inf_nan=False)] = Field(
        default=50,
        description=(
            "How close drawn weights keep to the model's: each dimension's shares are drawn from a Dirichlet"
            " distribution with alpha = concentration x share"
        ),
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(default=0, description="The same seed, the same draws")


class StabilityRule(Answer):
    """When an account is stable: its place in or out of the top is certain, and it keeps its tier often enough."""

    certain_from: float = Field(
        description="Stable asks for a probability to be in the top of at least this, or at most 1 less this",
        examples=[0.95],
    )
    same_tier_from: float = Field(description="And for a probability to keep its tier of at least this", examples=[0.8])


class StabilityTop(Answer):
    """The accounts that are the top now."""

    accounts: int = Field(description="Accounts with a rank of at most `top_n`; more than that where they tie")
    certain: int = Field(description="Those of them that are in the top in at least 95 % of the draws")
    certain_share: float | None = Field(description="Certain of all that are the top now; null where nobody has a rank")
    contenders: int = Field(description="Accounts outside that are in the top in more than 5 % of the draws")


class StabilityLabels(Answer):
    """How many accounts with a rank have which label."""

    stable: int = Field(description="Accounts whose place and tier stand", examples=[61])
    fragile: int = Field(description="Accounts whose place or tier hangs on the weights", examples=[24])


class WeightShift(Answer):
    """A change of one criterion's weight, all others kept, just beyond which two accounts change places."""

    weight: float = Field(description="The weight that the criterion would have, on the model's scale")
    share: float = Field(description="Its share of its dimension then")
    change_share: float = Field(
        description="The change of the weight, as a share of its dimension's present weight; below 0 where it falls"
    )
    change_pct: float = Field(description="The change in % of the criterion's present weight; 0: accounts tie now")
    falls_account_id: UUID = Field(description="The account that is above now and below beyond")
    rises_account_id: UUID = Field(description="The account that overtakes it")


class CriticalWeightAnswer(Answer):
    """How far a criterion's weight is from changing what comes of the model; null: no feasible weight does."""

    criterion: str = Field(description="The criterion's key", examples=["goal_fit"])
    dimension: Dimension = Field(description="The dimension in which it weighs")
    weight: float = Field(description="Its weight in the model", examples=[20])
    share: float = Field(description="Its share of its dimension's weight")
    best: WeightShift | None = Field(description="The smallest change after which other accounts are best")
    top_n: WeightShift | None = Field(description="The smallest change after which other accounts are the top")
    any_order: WeightShift | None = Field(
        description="The smallest change that reverses the order of any two accounts; see `any_order_computed`"
    )


class MostCritical(Answer):
    """The criterion whose weight has the least room, by its own size and by share; null: none is critical."""

    by_change_pct: str | None = Field(
        description="That of the smallest change in % of its own weight", examples=["goal_fit"]
    )
    by_change_share: str | None = Field(
        description="That of the smallest change as a share of its dimension", examples=["goal_fit"]
    )


class MostCriticalOf(Answer):
    """The most critical criterion for the best account, for the top, and for any order."""

    best: MostCritical = Field(description="For who is best")
    top_n: MostCritical = Field(description="For who is the top")
    any_order: MostCritical = Field(description="For the order of any two accounts")


class StabilityResult(Answer):
    """What the draws and the critical weights came to."""

    accounts: int = Field(description="How many accounts there were on the day", examples=[85])
    ranked: int = Field(description="Those with a composite; only they have probabilities")
    top_n: int = Field(description="How many accounts are the top", examples=[9])
    draws: int = Field(description="How many were made; fewer than asked where there are very many accounts")
    standard_error: float = Field(description="Of a probability, at most")
    rule: StabilityRule = Field(description="When an account is stable")
    top: StabilityTop = Field(description="The top by the own weights of the model, and how certain it is")
    labels: StabilityLabels = Field(description="How many accounts have which label")
    critical_weights: list[CriticalWeightAnswer] = Field(
        description="By Triantaphyllou and Sánchez (1997); criteria without weight are left out"
    )
    most_critical: MostCriticalOf = Field(description="The criteria whose weights have the least room")
    any_order_computed: bool = Field(description="Whether all pairs were compared: up to 500 accounts with a rank are")


class StabilityAnswer(AnalysisAnswer):
    """A stability analysis; `result` is null until its job has succeeded."""

    top_n: int | None = Field(description="As it was asked; null: a tenth of the accounts with a rank")
    draws: int = Field(description="As they were asked")
    concentration: float = Field(description="How close drawn weights keep to those of the model", examples=[50])
    seed: int = Field(description="The same seed, the same draws", examples=[0])
    result: StabilityResult | None = Field(description="The figures of the whole; null until its job has succeeded")


class QuadrantMargins(Answer):
    """The scores less their thresholds, in points: below 0 is not high; null without a score."""

    opportunity: float | None = Field(description="Opportunity less its threshold", examples=[4.2])
    alignment: float | None = Field(description="Alignment less its threshold", examples=[-1.5])


class QuadrantFlip(Answer):
    """The smallest change of one known criterion that leads into another quadrant."""

    criterion: str = Field(description="The criterion's key", examples=["goal_fit"])
    to: Quadrant = Field(description="The quadrant that it leads into")
    utility: float = Field(description="What its value is worth now, from 0 to 1", examples=[0.5])
    utility_needed: float = Field(description="At which its score stands on the threshold: there is high, below is not")


class AccountStability(Answer):
    """How an account fares over all draws; what needs a rank is null where it has none."""

    account_id: UUID = Field(description="The account's id")
    account_name: str | None = Field(description="What it is called now", examples=["Cancity"])
    rank: int | None = Field(description="By the model's own weights")
    composite: float | None = Field(description="By the model's own weights, from 0 to 100", examples=[64.8])
    tier: str = Field(description="By the model's own weights; a manual tier does not matter here", examples=["tier_2"])
    quadrant: Quadrant | None = Field(description="By the model's own weights")
    in_top_n: bool | None = Field(description="Whether it is in the top by the model's own weights")
    probability_in_top_n: float | None = Field(
        description="The share of the draws that rank it in the top", examples=[0.97]
    )
    expected_rank: float | None = Field(description="Its mean rank over the draws", examples=[5.4])
    rank_low: int | None = Field(description="At least 5 % of the draws rank it here or better")
    rank_high: int | None = Field(description="At least 95 % of the draws rank it here or better")
    probability_same_tier: float | None = Field(
        description="The share of the draws that leave it its tier", examples=[0.88]
    )
    probability_same_quadrant: float | None = Field(
        description="The share of the draws that leave it its quadrant", examples=[0.93]
    )
    label: Label | None = Field(description="Whether it is stable by the rule of the analysis")
    quadrant_margins: QuadrantMargins = Field(description="How far it is from the thresholds of the quadrants")
    quadrant_flip: QuadrantFlip | None = Field(description="Null where no single known criterion can do it")
