"""The wire of guardrails: how far KAMs go by themselves, what they ask for, how long answers take."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from app.infra.wire import Answer, CurrencyCode, FiniteNumber, Id, WireModel
from app.resourcing.core.guarding import Guarded, RequestState
from app.resourcing.schemas.commitments import AN_ID, On, Reason, Text2000, Who

Amount = Annotated[FiniteNumber, Field(ge=0, le=1_000_000_000_000)]
_KIND = (
    "`discount`: a share of the list price, at most 1; `contract_value`: money; `resource_units`: units of any"
    " resource; `product_request`: effort asked of product, in days"
)


class GuardrailBody(WireModel):
    """Up to where somebody, or everybody, goes by themselves, and who approves what goes beyond."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "discount", "up_to": 0.15, "approver_user_id": AN_ID}]}
    )

    kind: Guarded = Field(description=_KIND)
    user_id: Id | None = Field(
        default=None, description="For whom it holds; for everybody without one of their own, when not given"
    )
    up_to: Amount = Field(description="The bound, itself inside", examples=[0.15])
    currency: CurrencyCode | None = Field(default=None, description="Of a contract value; else none")
    approver_user_id: Id = Field(description="Who answers what goes beyond")


class GuardrailAnswer(Answer):
    """Up to where somebody, or everybody, goes by themselves, and who approves what goes beyond."""

    id: Id
    kind: Guarded = Field(description=_KIND)
    user_id: Id | None = Field(description="For whom it holds; null: for everybody without one of their own")
    user_name: str | None = Field(description="What they are called", examples=["Dana Morrow"])
    up_to: float = Field(description="The bound, itself inside", examples=[0.15])
    currency: str | None = Field(description="Of a contract value (ISO 4217); else null", examples=["EUR"])
    approver_user_id: Id = Field(description="Who answers what goes beyond")
    approver_name: str = Field(description="What the approver is called", examples=["Ada Quist"])
    version: int = Field(description="For If-Match")
    created_at: datetime
    updated_at: datetime


class GuardedRequestBody(WireModel):
    """What is asked for an account, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "discount", "amount": 0.2, "reason": "They sign for three years", "user_id": AN_ID}]
        }
    )

    kind: Guarded = Field(description=_KIND)
    amount: Amount = Field(description="How much", examples=[0.2])
    currency: CurrencyCode | None = Field(default=None, description="Of a contract value; else none")
    reason: Reason = Field(description="Why", examples=["They sign for three years"])
    on: On = None
    user_id: Who = None


class GuardedAnswerBody(WireModel):
    """Who answers, when, and what they note."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "For three years it pays"}]})

    note: Text2000 | None = Field(default=None, description="Why", examples=["For three years it pays"])
    on: On = None
    user_id: Who = None


class GuardedRequest(Answer):
    """Something that was asked for, inside a guardrail or beyond it."""

    id: Id
    account_id: Id
    account_name: str = Field(description="What the account is called", examples=["Zathunicon"])
    kind: Guarded = Field(description=_KIND)
    amount: float = Field(description="How much", examples=[0.2])
    currency: str | None = Field(description="Of a contract value (ISO 4217); else null", examples=["EUR"])
    up_to: float = Field(description="The guardrail that held then", examples=[0.15])
    reason: str = Field(description="Why", examples=["They sign for three years"])
    state: RequestState = Field(
        description="Inside the guardrail it is `auto_approved`; beyond it waits as `pending`", examples=["pending"]
    )
    requested_on: date = Field(description="When it was asked for", examples=["2026-05-04"])
    user_id: Id = Field(description="Who asked")
    user_name: str = Field(description="What who asked is called", examples=["Dana Morrow"])
    approver_user_id: Id | None = Field(description="Who is to answer, or has; null inside the guardrail")
    approver_name: str | None = Field(description="What the approver is called", examples=["Ada Quist"])
    answered_at: datetime | None = Field(description="When it was answered; null while it waits")
    waited_hours: float | None = Field(description="Hours until the answer; null while it waits", examples=[26.5])
    answer_note: str | None = Field(description="What was noted with the answer", examples=["For three years it pays"])
    version: int = Field(description="For If-Match")
    created_at: datetime


class ApprovalLatency(Answer):
    """How long answers took, in hours, of requests that were approved or refused."""

    answered: int = Field(description="How many were", examples=[12])
    lower_quartile_hours: float | None = Field(description="A quarter was answered sooner", examples=[4.5])
    median_hours: float | None = Field(description="Half was answered sooner; null without any", examples=[20.0])
    upper_quartile_hours: float | None = Field(description="A quarter took longer", examples=[52.0])


class ApproverLatency(Answer):
    """How requests of one kind fared with one approver."""

    kind: Guarded = Field(description=_KIND)
    approver_user_id: Id | None = Field(description="Who answers; null: inside the guardrail, where nobody does")
    approver_name: str | None = Field(description="What the approver is called", examples=["Ada Quist"])
    requests: dict[RequestState, int] = Field(
        description="How many stand in which state", examples=[{"approved": 7, "refused": 2, "pending": 1}]
    )
    latency: ApprovalLatency = Field(description="How long answers took")


class ApprovalLatencyReport(Answer):
    """How requests of a period fared, and how long they waited."""

    first_on: date = Field(description="The first day of requests that count", examples=["2026-01-01"])
    last_on: date = Field(description="The last day of requests that count", examples=["2026-12-31"])
    requests: dict[RequestState, int] = Field(
        description="How many stand in which state", examples=[{"auto_approved": 40, "approved": 7, "pending": 1}]
    )
    latency: ApprovalLatency = Field(description="How long answers took")
    data: list[ApproverLatency] = Field(description="The same by kind and approver")
