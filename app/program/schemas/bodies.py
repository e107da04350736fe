"""The wire of portfolios as they are asked for."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.infra.wire import Code, FiniteNumber, Id, IsoDate, MoneyNotNegativeIn, Name, WireModel, at_most
from app.program.core.plan import DEFAULT_CAPACITY, Kam, Resource
from app.program.core.wanted import Must, Wanted, WantedTier

MAX_ACCOUNTS = 10_000
MAX_KAMS = 2_000
MAX_TIERS = 20
MAX_RESOURCES = 50
_MOST = 1e9
Quantity = Annotated[float, Field(ge=0, le=_MOST, allow_inf_nan=False)]
Points = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False, examples=[60])]


class PortfolioTierBody(WireModel):
    """A tier: what it brings, what an account takes there, and whom it is open to."""

    name: Code = Field(examples=["tier_1"])
    benefit: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = Field(
        default=None,
        description="What a point of composite is worth here; 1, 0.6, 0.3 by place when not given, then half each",
        examples=[1],
    )
    effort: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] | None = Field(
        default=None,
        description=(
            "The places of a KAM that an account takes; 1, 0.7, 0.4 by place when not given; 0 for `emerging`, whose"
            " capacity is its own"
        ),
        examples=[1],
    )
    cost: MoneyNotNegativeIn | None = Field(
        default=None, description="What an account takes of the budget, in the reporting currency"
    )
    minimum_composite: Points | None = None
    minimum_opportunity: Points | None = None
    minimum_alignment: Points | None = None
    maximum_accounts: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="How many accounts it may hold; any number when not given"
    )
    resources: Annotated[dict[Code, Quantity], at_most(MAX_RESOURCES)] = Field(
        default_factory=dict, description="What an account takes of each resource", examples=[{"solution_architect": 2}]
    )
    from_tiers: list[Code] | None = Field(
        default=None,
        max_length=MAX_TIERS,
        description=(
            "Only accounts in one of these tiers of the selection model. A tier of that model's that is given without"
            " this and without a minimum is open to its own accounts and those above; `emerging` to that track alone"
        ),
    )

    def wanted(self) -> WantedTier:
        """The tier as the core has it."""
        given = {name: getattr(self, name) for name in WantedTier.__dataclass_fields__}
        from_tiers = None if self.from_tiers is None else tuple(self.from_tiers)
        cost = None if self.cost is None else self.cost.amount
        return WantedTier(**{**given, "cost": cost, "from_tiers": from_tiers})


class PortfolioKamBody(WireModel):
    """Somebody who may care for accounts."""

    user_id: Id
    capacity: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = Field(
        default=DEFAULT_CAPACITY,
        description="Places, weighted by the tiers' efforts; from 5 to 10 unless `allow_unusual`",
        examples=[8],
    )


class PortfolioResourceBody(WireModel):
    """Something that there is so much of."""

    name: Code = Field(examples=["solution_architect"])
    capacity: Quantity = Field(description="Units for all accounts together", examples=[40])


class MustSelectBody(WireModel):
    """An account that has to be selected."""

    account_id: Id
    tier: Code | None = Field(default=None, description="The tier that it has to have; any when not given")


class PortfolioBody(WireModel):
    """What a portfolio is to be chosen by."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Next year",
                    "kams": [
                        {"user_id": "01890a5d-ac96-774b-bcce-b302099a8057"},
                        {"user_id": "01890a5d-ac96-774b-bcce-b302099a8058", "capacity": 6},
                    ],
                    "resources": [{"name": "solution_architect", "capacity": 12}],
                    "tiers": [
                        {"name": "tier_1", "benefit": 1, "resources": {"solution_architect": 2}},
                        {"name": "tier_2", "benefit": 0.6, "resources": {"solution_architect": 1}},
                        {"name": "emerging", "maximum_accounts": 4},
                    ],
                    "budget": {"amount": "250000.00", "currency": "USD"},
                }
            ]
        }
    )

    name: Name | None = None
    as_of: IsoDate | None = Field(default=None, description="The day whose newest scores count; today when not given")
    accounts: Annotated[list[Id], Field(min_length=1, max_length=MAX_ACCOUNTS)] | None = Field(
        default=None, description="Who may be chosen; all accounts that have a score when not given"
    )
    minimum_composite: Points = Field(default=0.0, description="Asked for at every tier")
    tiers: Annotated[list[PortfolioTierBody], Field(min_length=1, max_length=MAX_TIERS)] | None = Field(
        default=None,
        description=(
            "From the highest down; when not given those of the organization's selection model, each open to its own"
            " accounts and those above, and `emerging` beside them with two accounts per KAM"
        ),
    )
    kams: Annotated[list[PortfolioKamBody], Field(min_length=1, max_length=MAX_KAMS)]
    resources: Annotated[list[PortfolioResourceBody], Field(max_length=MAX_RESOURCES)] = Field(default=[])
    budget: MoneyNotNegativeIn | None = Field(
        default=None, description="For all accounts together, in the reporting currency; no bound when not given"
    )
    keep_kams: bool = Field(default=False, description="Whether an account whose KAM is among these gets nobody else")
    must_select: Annotated[list[MustSelectBody], Field(max_length=1000)] = Field(default=[])
    allow_unusual: bool = Field(default=False, description="Whether capacities outside 5 to 10 are taken as they are")
    time_limit_seconds: Annotated[FiniteNumber, Field(ge=1, le=120)] = Field(
        default=20.0, description="When time runs out, the best found so far is the answer, with its gap"
    )

    def wanted(self) -> Wanted:
        """The portfolio as the core has it."""
        money = [("/budget/currency", self.budget)]
        money += [(f"/tiers/{at}/cost/currency", tier.cost) for at, tier in enumerate(self.tiers or ())]
        return Wanted(
            kams=tuple(Kam(one.user_id, one.capacity) for one in self.kams),
            name=self.name,
            as_of=self.as_of,
            accounts=None if self.accounts is None else tuple(self.accounts),
            tiers=None if self.tiers is None else tuple(tier.wanted() for tier in self.tiers),
            resources=tuple(Resource(one.name, one.capacity) for one in self.resources),
            budget=None if self.budget is None else self.budget.amount,
            currencies=tuple((pointer, given.currency) for pointer, given in money if given is not None),
            keep_kams=self.keep_kams,
            must=tuple(Must(one.account_id, one.tier) for one in self.must_select),
            minimum_composite=self.minimum_composite,
            allow_unusual=self.allow_unusual,
            time_limit_seconds=self.time_limit_seconds,
        )
