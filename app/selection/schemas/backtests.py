"""The wire of backtests."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from app.infra.wire import Answer, IsoDate, PositiveInt4, WireModel
from app.selection.core.backtest.windows import LONGEST_DAYS, SHORTEST_DAYS
from app.selection.schemas.analyses import AnalysisAnswer
from app.selection.schemas.models import Dimension

Status = Literal["ok", "insufficient_data"]
Verdict = Literal["supports", "contradicts", "inconclusive", "insufficient_data"]
Because = Literal[
    "too_few_accounts", "constant", "constant_growth", "no_interval", "interval_includes_0", "not_significant"
]
BaselineKey = Literal[
    "past_revenue", "revenue_ltm", "revenue_prior_ltm", "employees", "annual_revenue", "tenure_years", "coverage"
]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class AskBacktestBody(WireModel):
    """Which version is to be tested, as of which day, against how much of what came after."""

    model_version: PositiveInt4 | None = Field(default=None, description="The version's number; the newest if absent")
    as_of: IsoDate = Field(
        description="The day whose knowledge is judged; the horizon after it must have passed", examples=["2017-06-30"]
    )
    horizon_days: Annotated[int, Field(ge=SHORTEST_DAYS, le=LONGEST_DAYS)] = Field(
        default=365, description="How many days after the day count, against as many before it"
    )
    resamples: Annotated[int, Field(ge=200, le=10_000)] = Field(
        default=2000, description="How often accounts are drawn anew for the intervals"
    )
    seed: Seed = Field(default=0, description="The same seed and the same facts give the same result")


class BacktestAccounts(Answer):
    """Which accounts count."""

    existed: int = Field(description="Accounts that existed on the day; all were scored", examples=[85])
    with_outcome: int = Field(description="Those whose growth is known", examples=[85])
    without_revenue: int = Field(description="Those of them without revenue before and after: no growth")
    merged: int = Field(description="Merged into another since: their outcome is that of the account that remains")
    excluded: dict[Literal["removed", "revenue_unknown", "below_zero"], int] = Field(
        description=(
            "Accounts without an outcome, by reason: gone from their source since, deals of which no amount could be"
            " counted, or revenue not above -1 in a window"
        )
    )


class BacktestWindow(Answer):
    """Revenue of all accounts in one window."""

    after: date = Field(description="The last day before the window")
    until: date = Field(description="The window's last day")
    revenue: float | None = Field(description="In the reporting currency, as far as it could be counted")
    deals: int = Field(description="Deals won in the window")
    without_amount: int = Field(description="Those that state no amount, and are not counted")
    missing_rates: dict[str, int] = Field(
        description="By currency, amounts not counted because no exchange rate was in force on the day of the close"
    )


class BacktestOutcome(Answer):
    """What accounts are measured by: ln((1 + revenue after the day) / (1 + revenue before it))."""

    currency: str = Field(description="The reporting currency, in which revenue is given", examples=["USD"])
    known_on: date = Field(description="The outcome is what was known of both windows on this day")
    first_won_on: date | None = Field(description="The day on which the organization's first deal was won")
    before: BacktestWindow
    after: BacktestWindow
    growth_quartiles: list[float | None] = Field(description="Lower quartile, median and upper quartile of growth")
    remarks: list[Literal["no_revenue_recorded", "revenue_begins_late"]] = Field(
        description="`revenue_begins_late`: the first deal falls into the window before, which is not covered whole"
    )


class Spearman(Answer):
    """Spearman's rank correlation with growth, ties by mid-ranks."""

    rho: float | None = Field(description="From -1 to 1; null where there is none", examples=[0.31])
    interval: list[float] | None = Field(description="The bootstrap's middle 95 % of rho, resampling accounts")
    p: float | None = Field(description="Two-sided, by the t distribution with n - 2 degrees of freedom")
    p_holm: float | None = Field(
        description="p by Holm over all criteria, or over all baselines; null of the composite"
    )
    p_family: float | None = Field(
        description=(
            "p by Holm over all criteria and the composite at once, where the composite weighs as much as they all do;"
            " of a baseline the same as p_holm. The verdict goes by it"
        )
    )


class Kendall(Answer):
    """Kendall's rank correlation with growth."""

    tau_b: float | None = Field(description="From -1 to 1, with ties")
    p: float | None = Field(description="Two-sided, by its normal approximation with ties")


class TopQuartileFigures(Answer):
    """The best quarter of the accounts by the figure against the rest; who ties at the edge shares the places."""

    accounts: int
    growth: float = Field(description="Mean growth (ln) of the best quarter")
    rest_growth: float = Field(description="Mean growth (ln) of the rest")
    difference: float = Field(description="The first less the second")
    lift: float | None = Field(description="The same as a factor: 1.2 is a fifth more", examples=[1.2])


class BacktestFigure(Answer):
    """How one figure of accounts, higher being better, goes along with their growth."""

    n: int = Field(description="Accounts of which both are known", examples=[85])
    spearman: Spearman
    kendall: Kendall
    top_quartile: TopQuartileFigures | None = Field(description="Null where nothing tells accounts apart")
    verdict: Verdict = Field(
        description=(
            "`supports` or `contradicts` where the interval lies beyond 0 and p_family is at most 0.05;"
            " `insufficient_data` under 20 accounts"
        )
    )
    because: Because | None = Field(description="Why it is neither for nor against")
    interval_alone: Verdict = Field(description="The verdict if the interval alone decided, which often cries wolf")


class CompositeFigure(BacktestFigure):
    """The composite against growth."""

    mean_coverage: float | None = Field(description="Mean share of the model's weight that was known, from 0 to 1")


class CriterionFigure(BacktestFigure):
    """A criterion's utility, as the model judges it, against growth."""

    criterion: str
    metric: str
    dimension: Dimension


class AblationFigure(Answer):
    """The composite without a criterion, the rest's weights made whole again."""

    criterion: str
    n: int = Field(description="Accounts that have an outcome and both composites")
    rho: float | None = Field(description="Spearman's rho of the whole composite over these")
    rho_without: float | None = Field(description="The same of the composite without the criterion")
    difference: float | None = Field(description="What the criterion adds to rho; below 0 where it takes away")


class BaselineFigure(BacktestFigure):
    """A plain figure that a model has to beat."""

    key: BaselineKey = Field(
        description=(
            "`past_revenue`: revenue of the window before, to see whether the past is the future (growth is measured"
            " from it, so that by chance alone it leans below 0);"
            " `coverage`: how much of the model's weight is known; the others are metrics as of the day"
        )
    )
    composite_ahead: float | None = Field(
        description="The composite's rho less this figure's, over the accounts of which both are known"
    )


class BacktestResult(Answer):
    """What came of a backtest."""

    status: Status = Field(description="`insufficient_data`: under 20 accounts have a composite and an outcome")
    accounts: BacktestAccounts
    outcome: BacktestOutcome
    composite: CompositeFigure
    criteria: list[CriterionFigure]
    ablation: list[AblationFigure] = Field(description="What each criterion adds, in the model's order")
    baselines: list[BaselineFigure] = Field(description="Plain figures that the model has to beat")


class BacktestSummary(AnalysisAnswer):
    """A backtest, and what it says of the model as a whole."""

    horizon_days: int = Field(description="How many days after the day count, against as many before it")
    resamples: int = Field(description="How often accounts are drawn anew for the intervals")
    seed: int = Field(description="What the draws begin with")
    status: Status | None = Field(description="Null until it is finished")
    rho: float | None = Field(description="Spearman's rho of the composite with growth")
    verdict: Verdict | None = Field(description="On the composite; null until it is finished")


class BacktestAnswer(AnalysisAnswer):
    """A backtest and its result."""

    horizon_days: int = Field(description="How many days after the day count, against as many before it")
    resamples: int = Field(description="How often accounts are drawn anew for the intervals")
    seed: int = Field(description="What the draws begin with")
    result: BacktestResult | None = Field(description="Null until it is finished")


def summed_up(result: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a result says of the model as a whole."""
    if result is None:
        return {"status": None, "rho": None, "verdict": None}
    composite = result["composite"]
    return {"status": result["status"], "rho": composite["spearman"]["rho"], "verdict": composite["verdict"]}
