"""What is told of appraisals, retierings and what follows them, and of connected systems."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.events.schemas.told.fields import AccountId, AnyPrevious, AnyTier, Current, DueOn, On, Previous, Title
from app.infra.wire import Answer


class _Appraised(Answer):
    account_id: AccountId
    appraisal_id: UUID = Field(description="The appraisal")
    first_sign_on: date = Field(description="The day of the first sign")
    due_on: DueOn


class AppraisalOpened(_Appraised):
    """An account is looked at for signs that its tier is too high."""

    trigger: str = Field(description="Why it was opened", examples=["expectation_missed"])


class AppraisalContacted(_Appraised):
    """The customer heard of an appraisal."""

    contact_id: UUID = Field(description="Who of the customer heard of it")
    days: int = Field(description="How many days after the first sign", examples=[9])


class AppraisalReevaluation(Answer):
    """What was agreed in an appraisal came to nothing."""

    account_id: AccountId
    previous: Previous
    current: Current
    on: On
    why: Literal["failed", "past_due"] = Field(description="An action failed, or its day has passed")


class AppraisalClosed(_Appraised):
    """An appraisal ended."""

    outcome: str = Field(description="What came of it", examples=["improved"])
    on: On


class AppraisalActionMoved(Answer):
    """An action of an appraisal's plan came into another state."""

    account_id: AccountId
    appraisal_id: UUID = Field(description="The appraisal")
    side: Literal["supplier", "customer"] = Field(description="The side that acts")
    title: Title
    due_on: DueOn
    previous: AnyPrevious
    current: Current


class _Retiered(Answer):
    account_id: AccountId
    from_tier: AnyTier
    previous: AnyPrevious
    current: Current


class RetieringProposed(_Retiered):
    """An account's tier was put up for decision."""

    recommended: str = Field(description="What the rules recommend", examples=["downtier"])


class RetieringApprovalNeeded(_Retiered):
    """It was decided by a first person that an account gets less; a second one has to approve."""

    decision: str = Field(description="What is decided", examples=["downtier"])
    to_tier: AnyTier
    recommended: str = Field(description="What the rules recommend", examples=["downtier"])
    keeping_reason: str | None = Field(
        description="Why the account is kept although less is recommended", examples=["strategic_value"]
    )
    decided_by_user_id: UUID = Field(description="Who decided")
    approved_by_user_id: UUID | None = Field(description="Who approved; null where nobody did or had to")


class RetieringDecided(RetieringApprovalNeeded):
    """An account's tier was decided anew."""

    on: On


class RetieringWithdrawn(_Retiered):
    """A proposal for another tier was taken back."""

    on: On


class _OfRetiering(Answer):
    account_id: AccountId
    retiering_id: UUID = Field(description="The retiering that it comes of")
    on: On


class ResetPlanned(_OfRetiering):
    """It is planned how a customer is told of less."""

    steps: int = Field(description="In how many steps", examples=[4])


class ResetConversationRecorded(_OfRetiering):
    """The customer was told of less."""

    contact_id: UUID = Field(description="Who of the customer was told")
    step: str = Field(description="In which step", examples=["executive_call"])
    previous: Previous
    current: Current


class ResetCompleted(_OfRetiering):
    """A reset is complete: the account has what is decided."""

    resources: int = Field(description="For how many resources something takes their place", examples=[2])
    previous: Previous
    current: Current


class ResetCancelled(_OfRetiering):
    """A reset was given up."""

    previous: Previous
    current: Current


class ReselectionOpened(_OfRetiering):
    """An account that has less can show that it deserves more."""

    criteria: int = Field(description="By how many criteria", examples=[3])


class ReselectionEligible(_OfRetiering):
    """An account on its way back meets all of its criteria."""


class ReselectionPeerIntroduced(_OfRetiering):
    """An account on its way back met a key account."""

    peer_account_id: UUID = Field(description="The key account")


class ReselectionClosed(_OfRetiering):
    """A way back ended: the account is a key account again, or will not be."""

    previous: Previous
    current: Current


class ConnectionMoved(Answer):
    """Something happened to the connection to a CRM."""

    name: str = Field(description="What the connection is called", examples=["Sales CRM"])
    provider: str = Field(description="Which CRM it is", examples=["salesforce"])


class ConnectionStateMoved(ConnectionMoved):
    """A connection is in another state."""

    previous: Previous
    current: Current


class ConnectionNeedsReauth(ConnectionStateMoved):
    """The CRM takes the credentials no longer."""

    reason: str = Field(description="What the CRM said", examples=["the CRM refuses the refresh token"])


class WebhookEndpointTested(Answer):
    """Somebody tries whether an endpoint hears us."""

    url: str = Field(
        description="Where the endpoint is; with `***` for a query",
        examples=["https://crm.example.com/hooks/key-accounts"],
    )


class WebhookEndpointDisabled(Answer):
    """An endpoint is told of nothing any more."""

    url: str = Field(
        description="Where the endpoint is; with `***` for a query",
        examples=["https://crm.example.com/hooks/key-accounts"],
    )
    reason: Literal["by_hand", "gone", "failing"] = Field(
        description="Somebody did it, it answered 410, or for days it did nothing but fail"
    )
    failing_since: datetime | None = Field(description="Since when it has failed only; null where it has not")
    dropped: int = Field(description="How many deliveries waited for it, and are not made", examples=[12])
