"""The wire of the six questions: each with its figure and the records that prove it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from app.health.core.questions import TOLD, AccountQuestions, Answered, Record
from app.infra.wire import Answer, DecimalText

T = TypeVar("T")
DECIMALS: Final = 4
DealStatus = Literal["open", "won", "lost"]
Seniority = Literal["functional", "manager", "director", "vp", "c_level"]


class OfferingProposed(Answer):
    """A deal that offered something the account had not bought before; one offering may stand in several deals."""

    offering_id: UUID
    offering_name: str
    opportunity_id: UUID
    opportunity_name: str | None
    status: DealStatus = Field(description="How the deal stood on the day")
    proposed_on: date = Field(description="When the deal was created")


class ExecutiveMet(Answer):
    """A contact of seniority director or above, and the engagement by which it was met for the first time."""

    contact_id: UUID
    contact_name: str
    title: str | None
    seniority: Seniority
    met_on: date
    engagement_id: UUID
    engagement_kind: str = Field(examples=["meeting"])
    engagement_subject: str | None


class ProposalMade(Answer):
    """A deal that entered a proposal stage, or an engagement that was a proposal."""

    opportunity_id: UUID | None = Field(description="Null where it was an engagement")
    engagement_id: UUID | None = Field(description="Null where it was a deal")
    name: str | None = Field(description="The deal's name, or what the engagement was about")
    proposed_on: date = Field(description="When the deal entered the stage, or the engagement was held")


class ReferralMade(Answer):
    """A referral that names a buying center with no engagement before."""

    engagement_id: UUID
    subject: str | None
    buying_center_id: UUID
    buying_center_name: str
    contact_names: list[str] = Field(description="Who took part")
    referred_on: date


class StanceTaken(Answer):
    """An active contact whose stance is known."""

    contact_id: UUID
    contact_name: str
    title: str | None
    seniority: Seniority | None
    stance: Literal["advocate", "coach", "supporter", "neutral", "detractor"]
    advocates: bool = Field(description="Whether it counts as one who would speak for us")
    known_since: date = Field(description="From when on the contact is known as it is")


class DealSourced(Answer):
    """A deal of which is known whether it came without competition."""

    opportunity_id: UUID
    opportunity_name: str | None
    status: DealStatus
    sole_sourced: bool
    amount: DecimalText = Field(description="In the reporting currency", examples=["1234.50"])
    dated_on: date | None = Field(description="When an open deal was created, or a won one closed")


class Question(Answer, Generic[T]):
    """A question, its figure and the records behind it."""

    asks: str
    metric: str = Field(description="The metric that is the figure; `GET /v1/metrics` defines it")
    value: float | None = Field(description="A count, or a share of 0 to 1; null where it is unknown", examples=[2.0])
    unknown_because: str | None = Field(description="When the metric is unknown; null where the value is known")
    counted: DecimalText = Field(description="What the records count: each once; of amounts, their sum", examples=["2"])
    of: DecimalText | None = Field(description="Of which whole, for a share; null for a count", examples=["5"])
    total: int = Field(description="How many records there are", examples=[2])
    records: list[T] = Field(description=f"The first {TOLD} of them, the newest first; of a share what counts first")


class OfferingsQuestion(Question[OfferingProposed]):
    """Asks which offerings were proposed that the account never bought."""


class ExecutivesQuestion(Question[ExecutiveMet]):
    """Asks which executives were met for the first time."""


class ProposalsQuestion(Question[ProposalMade]):
    """Asks which proposals were made."""


class ReferralsQuestion(Question[ReferralMade]):
    """Asks who referred us to buying centers that we did not know."""


class AdvocatesQuestion(Question[StanceTaken]):
    """Asks who would speak for us, of all whose stance is known."""


class SoleSourcedQuestion(Question[DealSourced]):
    """Asks which deals came without competition."""


class HealthQuestions(Answer):
    """The six questions that tell whether an account's business will last, as known at the end of a day."""

    account_id: UUID
    as_of: date
    quarter_from: date = Field(description="The first of the 90 days that `new` looks back on")
    quarter_to: date
    currency: str = Field(description="The reporting currency, in which amounts are given", examples=["USD"])
    new_offerings: OfferingsQuestion
    new_executives: ExecutivesQuestion
    new_proposals: ProposalsQuestion
    new_referrals: ReferralsQuestion
    advocates: AdvocatesQuestion
    sole_sourced: SoleSourcedQuestion


def questions_shown(found: AccountQuestions) -> dict[str, Any]:
    """The answer; numbers are rounded here and nowhere before."""
    return {
        "account_id": found.account_id,
        "as_of": found.as_of,
        "quarter_from": found.quarter.after + timedelta(days=1),
        "quarter_to": found.quarter.until,
        "currency": found.currency,
        **{code: _question(answered, _RECORDS[code]) for code, answered in found.answers.items()},
    }


def _question(answered: Answered, shown: Callable[[Record], Mapping[str, Any]]) -> dict[str, Any]:
    tally, value = answered.tally, answered.value
    return {
        "asks": answered.question.asks,
        "metric": answered.metric.key,
        "value": None if value is None else round(value, DECIMALS),
        "unknown_because": answered.metric.when_missing if value is None else None,
        "counted": round(tally.counted, DECIMALS).normalize(),
        "of": None if tally.of is None else round(tally.of, DECIMALS).normalize(),
        "total": len(answered.records),
        "records": [shown(record) for record in answered.records[:TOLD]],
    }


def _told(**renamed: str) -> Callable[[Record], Mapping[str, Any]]:
    """A record by the names of the wire, `fact_on` and what else is called otherwise here."""

    def shown(record: Record) -> Mapping[str, Any]:
        return {renamed.get(name, name): value for name, value in record.items() if name != "account_id"}

    return shown


def _deal(record: Record) -> Mapping[str, Any]:
    shown = dict(_told(fact_on="dated_on", counts="sole_sourced", worth="amount")(record))
    return shown | {"amount": round(shown["amount"], DECIMALS).normalize()}


_RECORDS: Final[Mapping[str, Callable[[Record], Mapping[str, Any]]]] = {
    "new_offerings": _told(fact_on="proposed_on"),
    "new_executives": _told(fact_on="met_on", kind="engagement_kind", subject="engagement_subject"),
    "new_proposals": _told(fact_on="proposed_on"),
    "new_referrals": _told(fact_on="referred_on"),
    "advocates": _told(fact_on="known_since", counts="advocates"),
    "sole_sourced": _deal,
}
