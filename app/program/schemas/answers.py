"""The wire of portfolios as they are answered: what they were chosen by, and what came of it."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, MoneyOut
from app.program.core.conflicts import Rule
from app.program.core.eligibility import Short
from app.program.core.left_out import Reason
from app.program.core.outcome import Band
from app.program.core.problem import LimitKind
from app.program.core.solving import Status


class PortfolioTier(Answer):
    """A tier as the portfolio was chosen by it."""

    name: str
    benefit: float
    effort: float = Field(description="The places of a KAM that an account takes")
    cost: MoneyOut
    minimum_composite: float
    minimum_opportunity: float
    minimum_alignment: float
    maximum_accounts: int | None
    resources: dict[str, float]
    from_tiers: list[str] | None = Field(description="The tiers of the selection model it is open to; null: all")


class PortfolioKam(Answer):
    """A KAM and the places that there are."""

    user_id: UUID
    capacity: float


class PortfolioResource(Answer):
    """A resource and how much there is."""

    name: str
    capacity: float


class MustSelect(Answer):
    """An account that has to be selected."""

    account_id: UUID
    tier: str | None


class PortfolioParameters(Answer):
    """What the portfolio was chosen by, gaps filled."""

    tiers: list[PortfolioTier]
    kams: list[PortfolioKam]
    resources: list[PortfolioResource]
    budget: MoneyOut | None
    keep_kams: bool
    must_select: list[MustSelect]
    minimum_composite: float
    accounts_named: int | None = Field(description="How many accounts were named; null: all that have a score")
    time_limit_seconds: float


class TierResult(Answer):
    """How many accounts a tier has."""

    name: str
    accounts: int
    maximum_accounts: int | None
    worth: float = Field(description="What they add to the objective")
    shadow_price: float | None = Field(
        description="What room for one account more would bring; null without a maximum, or where it was not found"
    )


class KamLoad(Answer):
    """What a KAM has to care for."""

    user_id: UUID
    accounts: int
    band: Band = Field(description="Where the number of accounts stands to the usual 5 to 10")
    load: float = Field(description="The accounts' efforts")
    capacity: float
    utilization: float | None = Field(description="The load as a share of the capacity; null without capacity")
    shadow_price: float | None = Field(
        description="What one place more would bring to the objective, where accounts could be divided"
    )


class ResourceUse(Answer):
    """How much of a resource is used."""

    name: str
    capacity: float
    used: float
    shadow_price: float | None = Field(description="What one unit more would bring, where accounts could be divided")


class BudgetUse(Answer):
    """How much money is used."""

    available: MoneyOut | None
    used: MoneyOut
    shadow_price: float | None = Field(
        description="What one unit of the currency more would bring, where accounts could be divided; null unbounded"
    )


class SwapSide(Answer):
    """An account of an exchange, with the tier that it leaves or takes."""

    account_id: UUID
    tier: str


class PortfolioSwap(Answer):
    """The best exchange of one selected account for one that is not."""

    out: SwapSide
    in_: SwapSide = Field(alias="in")
    kam_user_id: UUID = Field(description="Who cares for the account that comes in")
    objective_change: float = Field(description="Below 0: what the exchange would cost; a proven best has none above 0")


class PortfolioConflict(Answer):
    """Something that keeps those who have to be selected from being selected; all of these clash together."""

    constraint: Rule | Reason
    name: str | None = Field(description="The resource, the tier of the maximum, or the tier that an account misses")
    account_id: UUID | None = Field(description="The account that cannot be selected at all, where it is one")
    lacking: float | None = Field(
        description="By how much it would have to be loosened, all else as it is; null where that alone is not enough"
    )


class UsualBand(Answer):
    """The usual band of accounts per KAM."""

    from_: int = Field(alias="from")
    to: int


class ConcentrationAnswer(Answer):
    """How much of the business stands on the selected accounts."""

    account_share: float | None = Field(description="The selected accounts as a share of all")
    revenue_share: float | None = Field(description="Their share of all revenue of the last twelve months")
    hhi: float | None = Field(description="The sum of squared shares of revenue among them; 1 is all in one account")
    unknown: int = Field(description="How many of all accounts have no known revenue")


class PortfolioResult(Answer):
    """What came of it."""

    status: Status = Field(
        description=(
            "`optimal`: proven; `feasible`: the time ran out, see the gap; `infeasible`: who has to be selected cannot"
            " be, see conflicts; `undecided`: the time ran out before anything was found; `empty`: nobody to choose"
        )
    )
    objective: float = Field(description="The sum of composite times benefit over the selected accounts")
    bound: float = Field(description="No portfolio is worth more")
    gap: float = Field(description="(bound - objective) / objective")
    seconds: float = Field(description="How long it was solved and explained")
    candidates: int
    selected: int
    left_out: dict[str, int] = Field(description="How many were left out, by reason")
    tiers: list[TierResult]
    kams: list[KamLoad]
    accounts_per_kam: float | None
    usual_accounts_per_kam: UsualBand
    too_thin: bool = Field(description="Whether a KAM has more than ten accounts")
    resources: list[ResourceUse]
    budget: BudgetUse
    best_swap: PortfolioSwap | None
    conflicts: list[PortfolioConflict]
    concentration: ConcentrationAnswer


class PortfolioSummary(Answer):
    """A portfolio."""

    id: UUID = Field(description="The portfolio's id, which is its job's too")
    name: str | None
    as_of: date
    created_at: datetime
    finished: bool = Field(description="Whether it is solved; how far it is tells its job")
    status: Status | None
    objective: float | None
    gap: float | None
    candidates: int | None
    selected: int | None


class PortfolioAnswer(PortfolioSummary):
    """A portfolio with what it was chosen by and what came of it."""

    parameters: PortfolioParameters
    result: PortfolioResult | None
    benchmarks: list[BenchmarkAnswer] = Field(description="Published figures, to be read beside the result")


class BelowMinimum(Answer):
    """A minimum that an account misses."""

    minimum: Short
    needed: float | None
    actual: float | None


class BlockedBy(Answer):
    """A constraint that has no room for one account more."""

    constraint: LimitKind | Literal["kam_capacity"]
    name: str | None
    lacking: float | None = Field(description="What is lacking, in its units; null for KAMs' places")


class LeftOutAnswer(Answer):
    """Why an account was left out."""

    reason: Reason = Field(
        description=(
            "`no_score`; `ineligible`: by a gate; `below_minimum`: see below; `displaced`: see constraints; `no_gain`:"
            " it would add nothing; `not_solved`: nobody was selected"
        )
    )
    nearest_tier: str | None = Field(description="The tier that it came nearest to")
    below: list[BelowMinimum] = Field(description="What it misses there")
    constraints: list[BlockedBy] = Field(description="What has no room for it there")
    composite_needed: float | None = Field(description="Above which it would take another account's place")
    reduced_cost: float | None = Field(
        description="Its worth at the shadow prices, less what it takes: below 0 it is too dear"
    )


class PortfolioEntry(Answer):
    """An account: its tier and KAM, or why it has none."""

    place: int = Field(description="Those selected by what they add, then those left out by composite; 1 is first")
    account_id: UUID
    account_name: str | None
    tier: str | None
    kam_user_id: UUID | None
    present_kam_user_id: UUID | None = Field(description="Who cared for it when the portfolio was solved")
    selection_tier: str = Field(description="Its tier by the selection model, or the manual one")
    composite: float | None
    opportunity: float | None
    alignment: float | None
    worth: float = Field(description="What it adds to the objective")
    left_out: LeftOutAnswer | None


def parameters_shown(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters as they are answered."""
    currency = parameters["currency"]
    budget, named = parameters["budget"], parameters["accounts"]
    kept = {name: parameters[name] for name in ("kams", "resources", "keep_kams", "must_select", "minimum_composite")}
    return {
        **kept,
        "tiers": [{**tier, "cost": {"amount": tier["cost"], "currency": currency}} for tier in parameters["tiers"]],
        "budget": None if budget is None else {"amount": budget, "currency": currency},
        "accounts_named": None if named is None else len(named),
        "time_limit_seconds": parameters["time_limit_seconds"],
    }
