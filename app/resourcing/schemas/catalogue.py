"""The wire of resources: themselves, what there is of them in a quarter, what tiers and levels bring, who leads."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.accounts.schemas.answers import Record
from app.accounts.schemas.bodies import Identified
from app.accounts.schemas.words import Function
from app.infra.wire import Answer, Code, Id, IsoDate, MoneyNotNegativeIn, MoneyOut, Name, WireModel

ResourceKind = Literal[
    "dedicated_manager", "subject_expert", "executive_access", "consulting", "proprietary_technology",
    "customer_success", "technical_expert", "project_manager", "data_analyst", "other",
]  # fmt: skip
Basis = Literal["tier", "level"]
LEVELS = ("transactional", "preferred", "strategic", "integrated")
MOST = 1e9
NotNegative = Annotated[float, Field(ge=0, le=MOST, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=MOST, allow_inf_nan=False)]
AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
A_RESOURCE: dict[str, Any] = {
    "code": "solution-architect",
    "name": "Solution architect",
    "kind": "subject_expert",
    "function": "product",
    "unit": "days",
    "unit_cost": {"amount": "900.00", "currency": "EUR"},
    "capacity": 120,
}
_NUMBERS = {
    "capacity": "What there is of it in a quarter, in its unit; null: there is no limit",
    "unit_cost": "What one unit of it costs us",
}


class ResourceBody(Identified):
    """Something that accounts can be given: people's time, access, technology."""

    model_config = ConfigDict(json_schema_extra={"examples": [A_RESOURCE]})

    code: Code | None = Field(default=None, description="What it is called in short; no two have the same")
    name: Name | None = Field(default=None, description="What it is called")
    kind: ResourceKind | None = Field(default=None, description="What sort of resource it is")
    function: Function | None = Field(default=None, description="The function that owns it, and answers for it")
    unit: Name | None = Field(default=None, description="What it is counted in", examples=["days"])
    unit_cost: MoneyNotNegativeIn | None = Field(default=None, description=_NUMBERS["unit_cost"])
    capacity: NotNegative | None = Field(default=None, description=_NUMBERS["capacity"], examples=[120])
    active: bool | None = Field(default=None, description="Whether it is still given; true when nothing is said")

    def given(self) -> dict[str, Any]:
        columns = super().given()
        if "unit_cost" in columns:  # the row has one currency
            columns["currency"] = columns.pop("unit_cost_currency")
        return columns


class Resource(Record):
    """Something that accounts can be given."""

    code: str = Field(description="What it is called in short", examples=["solution-architect"])
    name: str = Field(description="What it is called", examples=["Solution architect"])
    kind: ResourceKind = Field(description="What sort of resource it is")
    function: Function = Field(description="The function that owns it, and answers for it")
    unit: str = Field(description="What it is counted in", examples=["days"])
    unit_cost: MoneyOut | None = Field(description="What one unit of it costs us; null: nobody said")
    capacity: float | None = Field(description=_NUMBERS["capacity"], examples=[120])
    active: bool = Field(description="Whether it is still given")


class QuarterCapacity(WireModel):
    """What there is of a resource in one quarter."""

    quarter: IsoDate = Field(description="The quarter's first day", examples=["2027-01-01"])
    capacity: NotNegative = Field(description="What there is in it, in the resource's unit", examples=[90])

    @model_validator(mode="after")
    def _first_day(self) -> Self:
        if self.quarter.day != 1 or self.quarter.month % 3 != 1:
            raise PydanticCustomError("not_a_quarter", "A quarter is told by its first day, such as 2027-04-01")
        return self


class ResourceCapacitiesBody(WireModel):
    """All quarters that have a capacity of their own; of those left out the resource's own holds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"quarters": [{"quarter": "2027-01-01", "capacity": 90}]}]}
    )

    quarters: Annotated[list[QuarterCapacity], Field(max_length=80)] = Field(description="The quarters, in any order")

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        _each_once([each.quarter for each in self.quarters])
        return self


class QuarterCapacityAnswer(Answer):
    """What there is of a resource in one quarter."""

    quarter: date = Field(description="The quarter's first day", examples=["2027-01-01"])
    capacity: float = Field(description="What there is in it, in the resource's unit", examples=[90])


class ResourceCapacities(Answer):
    """What there is of a resource, quarter by quarter."""

    resource_id: Id = Field(description="The resource")
    capacity: float | None = Field(description="What there is in quarters not named; null: no limit", examples=[120])
    quarters: list[QuarterCapacityAnswer] = Field(description="Quarters with a capacity of their own, earliest first")
    version: int = Field(description="The resource's version, for If-Match")


class EntitlementRule(WireModel):
    """What a tier or a partnership level brings of a resource."""

    basis: Basis = Field(description="Whether the name is of a tier or of a partnership level")
    name: Code = Field(
        description="The tier, or the level: transactional, preferred, strategic, integrated", examples=["tier_1"]
    )
    quantity: Positive = Field(description="How much per quarter, in the resource's unit", examples=[12])

    @model_validator(mode="after")
    def _known_level(self) -> Self:
        if self.basis == "level" and self.name not in LEVELS:
            raise PydanticCustomError(
                "unknown_level", "A level is one of: transactional, preferred, strategic, integrated"
            )
        return self


class EntitlementRulesBody(WireModel):
    """All that tiers and levels bring of a resource; those left out bring nothing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rules": [{"basis": "tier", "name": "tier_1", "quantity": 12}]}]}
    )

    rules: Annotated[list[EntitlementRule], Field(max_length=100)] = Field(description="The rules, in any order")

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        _each_once([(rule.basis, rule.name) for rule in self.rules])
        return self


class EntitlementRuleAnswer(Answer):
    """What a tier or a partnership level brings of a resource."""

    basis: Basis = Field(description="Whether the name is of a tier or of a partnership level")
    name: str = Field(description="The tier or the level", examples=["tier_1"])
    quantity: float = Field(description="How much per quarter, in the resource's unit", examples=[12])


class EntitlementRules(Answer):
    """What tiers and partnership levels bring of a resource."""

    resource_id: Id = Field(description="The resource")
    unit: str = Field(description="What it is counted in", examples=["days"])
    rules: list[EntitlementRuleAnswer] = Field(description="Those of tiers, then those of levels")
    version: int = Field(description="The resource's version, for If-Match")


class FunctionLead(WireModel):
    """Who leads a function from a day on."""

    function: Function = Field(description="The function")
    user_id: Id = Field(description="Who leads it: an active user", examples=[AN_ID])
    on: IsoDate | None = Field(
        default=None, description="The day from which that holds; today when not given", examples=["2026-01-01"]
    )


class FunctionLeadersBody(WireModel):
    """Who leads which function; functions left out keep their leader."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"leaders": [{"function": "product", "user_id": AN_ID, "on": "2026-01-01"}]}]}
    )

    leaders: Annotated[list[FunctionLead], Field(min_length=1, max_length=100)] = Field(description="Who leads what")

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        _each_once([(lead.function, lead.on) for lead in self.leaders])
        return self


class FunctionLeader(Answer):
    """Who leads a function."""

    function: Function = Field(description="The function")
    user_id: Id = Field(description="Who leads it")
    user_name: str | None = Field(description="What they are called", examples=["Ada Byron"])
    from_on: date = Field(description="Since when", examples=["2026-01-01"])


class FunctionLeaders(Answer):
    """Who leads which function; the leader of `executive` is the last rung of every escalation."""

    as_of: date = Field(description="The day that this is told of", examples=["2026-11-20"])
    data: list[FunctionLeader] = Field(description="By the function's name")
    vacant: list[Function] = Field(description="Functions without a leader")


def _each_once(keys: list[Any]) -> None:
    if len(set(keys)) < len(keys):
        raise PydanticCustomError("named_twice", "Each may be named once")
