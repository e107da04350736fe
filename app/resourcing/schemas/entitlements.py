"""The wire of what accounts are entitled to."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.accounts.schemas.words import Function
from app.infra.wire import Answer, Id, IsoDate, LongText, WireModel
from app.resourcing.core.entitlements import Basis
from app.resourcing.core.utilization import Band
from app.resourcing.schemas.catalogue import AN_ID, NotNegative

Reason = Annotated[LongText, StringConstraints(min_length=1, max_length=2_000)]


class EntitlementExceptionBody(WireModel):
    """So much of a resource on top of what tier and level bring."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"resource_id": AN_ID, "quantity": 6, "reason": "A third plant opens", "until_on": "2027-07-01"}
            ]
        }
    )

    resource_id: Id = Field(description="The resource")
    quantity: NotNegative = Field(
        description="How much per quarter, in the resource's unit, in place of an earlier exception; 0 ends it",
        examples=[6],
    )
    reason: Reason = Field(description="Why", examples=["A third plant opens"])
    on: IsoDate | None = Field(default=None, description="From when on; today when not given, and not later than today")
    until_on: IsoDate | None = Field(
        default=None, description="The first day on which it holds no more; until further notice when not given"
    )
    user_id: Id | None = Field(
        default=None, description="Who grants it, where the key belongs to nobody", examples=[AN_ID]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.on is not None and self.until_on is not None and self.until_on <= self.on:
            raise PydanticCustomError("order", "`until_on` must come after `on`")
        return self


class EntitlementStatement(Answer):
    """One reason why an account is entitled to a resource."""

    id: Id = Field(description="The statement's id")
    basis: Basis = Field(description="What it comes from; an exception adds to the greatest of the others")
    basis_name: str | None = Field(description="The tier or partnership level", examples=["tier_1"])
    quantity: float = Field(description="How much per quarter", examples=[12])
    from_on: date = Field(description="The day from which it holds", examples=["2026-01-01"])
    until_on: date | None = Field(description="The first day on which it holds no more; null: until further notice")
    calibration_id: Id | None = Field(description="The calibration in which it was agreed")
    reason: str | None = Field(description="Why, of an exception", examples=["A third plant opens"])
    user_id: Id | None = Field(description="Who granted it")


class Entitlement(Answer):
    """What an account is entitled to of one resource, and what it used of it lately."""

    resource_id: Id = Field(description="The resource")
    resource_code: str = Field(description="What it is called in short", examples=["solution-architect"])
    resource_name: str = Field(description="What it is called", examples=["Solution architect"])
    function: Function = Field(description="The function that owns it")
    unit: str = Field(description="What it is counted in", examples=["days"])
    quantity: float = Field(
        description="How much per quarter: the greatest that tier and agreement bring, and exceptions on top",
        examples=[12],
    )
    entitled: float = Field(
        description="What it comes to over the 90 days that end at `as_of`, by the days on which it held", examples=[12]
    )
    used: float = Field(description="What was used of it in those 90 days", examples=[9.5])
    utilization: float | None = Field(
        description="The share used, 1 at most; null where nothing was due in those days", examples=[0.7917]
    )
    band: Band | None = Field(description="`full` from 0.9 up, `partial` from 0.5, `low` above 0; null as above")
    customer_value: float | None = Field(
        description="The mean of the customer's latest ratings of it, 1 to 5; null without one", examples=[4]
    )
    statements: list[EntitlementStatement] = Field(description="Why, the oldest first")


class AccountEntitlements(Answer):
    """What an account is entitled to as of a day."""

    account_id: Id = Field(description="The account")
    as_of: date = Field(description="The day", examples=["2026-11-20"])
    utilization: float | None = Field(
        description="The metric `resource_utilization` as of the day; null where nothing is known", examples=[0.61]
    )
    data: list[Entitlement] = Field(description="By the resource's code")
