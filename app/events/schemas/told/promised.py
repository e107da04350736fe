"""What is told of calibrations, expectations, commitments, roadblocks and all else that was promised."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.events.schemas.told.fields import (
    AccountId,
    AnyPrevious,
    AnyUserId,
    Current,
    DueOn,
    Function,
    On,
    OwnerId,
    Previous,
    Quantity,
    ResourceId,
    Title,
    UserId,
)
from app.infra.wire import Answer

Party = Literal["supplier", "customer"]


class CalibrationStarted(Answer):
    """A calibration with a customer began."""

    account_id: AccountId
    trigger: str | None = Field(description="Why it began, where somebody said so", examples=["period_elapsed"])
    previous: None = Field(description="There was no such calibration before")
    current: Current
    on: On


class CalibrationMoved(Answer):
    """A calibration moved on, or something in it did that leaves it in its state."""

    account_id: AccountId
    previous: Previous
    current: Current
    on: On


class SubmissionSealed(Answer):
    """A side sealed what it says."""

    account_id: AccountId
    party: Party = Field(description="The side")
    round: int = Field(
        description="The how manieth attempt it is: going back to the start begins another", examples=[1]
    )
    on: On


class LevelSettled(Answer):
    """The partnership level of a calibration is settled, or the customer was told of it."""

    account_id: AccountId
    level: str = Field(description="The partnership level", examples=["strategic"])
    on: On


class LevelProposed(LevelSettled):
    """A side proposed a partnership level."""

    party: Party = Field(description="The side")


class InvestmentsDelineated(Answer):
    """What functions invest in an account was laid down anew."""

    account_id: AccountId
    functions: list[str] = Field(description="The functions whose part changed", examples=[["operations"]])


class InvestmentAcknowledged(Answer):
    """A function knows what it gives."""

    account_id: AccountId
    function: Function
    on: On


class InvitationMoved(Answer):
    """Somebody of a customer was invited, or is no longer."""

    account_id: AccountId
    invitation_id: UUID = Field(description="The invitation")
    user_id: AnyUserId


class _Expected(Answer):
    account_id: AccountId
    calibration_id: UUID = Field(description="The calibration that it was agreed in")


class ExpectationAdded(_Expected):
    """A side put on record what it expects."""

    owed_by: Party = Field(description="The side that has to meet it")
    due_on: DueOn


class ExpectationAssessed(_Expected):
    """An expectation is met, or missed, and was not before."""

    owed_by: Party = Field(description="The side that has to meet it")
    title: Title
    previous: Literal["met", "missed"] | None = Field(
        description="What was said of it before; null where nothing was", examples=["met"]
    )
    current: Literal["met", "missed"] = Field(description="What is said of it now")
    on: On


class ExpectationWithdrawn(_Expected):
    """An expectation no longer holds."""

    on: On


class StrategicContributionAdded(Answer):
    """A contribution to a customer's planning was put on record."""

    account_id: AccountId
    contribution_id: UUID = Field(description="The contribution")
    kind: str = Field(description="What was contributed", examples=["market_insight"])
    on: On


class CommitmentDue(Answer):
    """A promise falls due soon, or was not kept by its day."""

    account_id: AccountId
    resource_id: ResourceId
    function: Function
    quantity: Quantity
    due_on: DueOn
    owner_user_id: OwnerId


class CommitmentMoved(CommitmentDue):
    """A commitment was asked for, answered, delivered, missed or taken back."""

    previous: AnyPrevious
    current: Current


class EntitlementExcepted(Answer):
    """An account gets more of a resource than its tier brings."""

    account_id: AccountId
    resource_id: ResourceId
    resource: str = Field(description="The code of the resource", examples=["expert_days"])
    quantity: Quantity


class SponsorshipMoved(Answer):
    """A sponsorship began or ended."""

    account_id: AccountId
    user_id: UUID = Field(description="The sponsor")
    flags: list[str] = Field(description="What may be wrong with it", examples=[["overloaded"]])


class GuardedRequestMoved(Answer):
    """Something beyond what people may decide alone was asked for, or answered."""

    account_id: AccountId
    kind: str = Field(description="What was asked for", examples=["discount"])
    amount: float = Field(description="How much of it", examples=[0.15])
    currency: str | None = Field(description="The currency, where the amount is one of money", examples=["EUR"])
    up_to: float = Field(description="How much the person may decide alone", examples=[0.1])
    user_id: UserId
    approver_user_id: UUID | None = Field(description="Who answers; null where nobody has to")
    previous: AnyPrevious
    current: Current


class _Blocked(Answer):
    account_id: UUID | None = Field(description="The account that it concerns; null where it is the whole program")
    roadblock_id: UUID = Field(description="The roadblock")
    kind: str = Field(description="What stands in the way", examples=["capacity"])
    function: Function
    severity: str = Field(description="How grave it is", examples=["high"])
    title: Title
    rung: str = Field(description="How far up it was taken", examples=["function_leader"])
    due_on: date = Field(description="By when it is to be out of the way")


class RoadblockMoved(_Blocked):
    """A roadblock was opened, or is being worked on, or is no longer."""

    previous: AnyPrevious
    current: Current


class RoadblockEscalated(_Blocked):
    """A roadblock that nobody cleared in time is told further up."""

    previous: str = Field(description="The rung below", examples=["owner"])
    current: str = Field(description="The rung to which it was taken", examples=["function_leader"])
    to_user_id: UUID | None = Field(description="Who stands on that rung; null where nobody is known")
    days_over: int = Field(description="For how many days it has been over its day", examples=[3])


class RoadblockResolved(RoadblockMoved):
    """A roadblock is out of the way."""

    age_days: int = Field(description="How many days it stood", examples=[12])
    breached: bool = Field(description="Whether it stood beyond its day")
