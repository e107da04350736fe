"""The six questions that tell whether an account will last, and what the records found answer to each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.kernel.ids import AccountId
from app.kernel.periods import Window
from app.metrics.core.metric import Metric

Record = Mapping[str, Any]
# Of a question's records this many are told; the figure counts them all.
TOLD: Final = 200


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the metric that answers it.

    names: the columns by which two of its records are the same one, for a count; empty for a share.
    weighs: the column by which a share weighs its records; None: all alike.
    """

    code: str
    metric: str
    asks: str
    names: tuple[str, ...] = ()
    weighs: str | None = None


QUESTIONS: Final = (
    Question(
        "new_offerings", "offerings_proposed_new",
        "How many offerings that the customer had never bought were proposed in the quarter?",
        names=("offering_id",),
    ),
    Question(
        "new_executives", "executives_met_new",
        "How many of the customer's executives were met for the first time in the quarter?",
        names=("contact_id",),
    ),
    Question(
        "new_proposals", "proposals_new",
        "How many proposals were made in the quarter?",
        names=("opportunity_id", "engagement_id"),
    ),
    Question(
        "new_referrals", "referrals_new_buying_center",
        "How many times did the customer refer us to a buying center that we had not dealt with before?",
        names=("engagement_id",),
    ),
    Question("advocates", "advocacy", "How large a share of those whose stance is known would speak for us?"),
    Question(
        "sole_sourced", "sole_source_share",
        "How large a share of the business comes without competition?",
        weighs="worth",
    ),
)  # fmt: skip
METRICS: Final = tuple(question.metric for question in QUESTIONS)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the records say: a count (`of` is None), or a part and the whole that it is a part of."""

    counted: Decimal
    of: Decimal | None

    @property
    def value(self) -> float | None:
        """The count or the share; None where the whole is nothing."""
        if self.of is None:
            return float(self.counted)
        return float(self.counted / self.of) if self.of > 0 else None


def tally(question: Question, records: Sequence[Record]) -> Tally:
    """Count a question's records once each, or weigh those that `counts` against all of them.

    Without records a count is 0 and a share 0 of 0; whether a 0 is known to be one says the metric, not the records.
    Source: the six questions of revenue architecture's account health (domain.md section 6.1, catalogue HLT-02).
    """
    if question.names:
        return Tally(Decimal(len({tuple(record[name] for name in question.names) for record in records})), None)
    counted = sum((_weight(question, record) for record in records if record["counts"]), Decimal(0))
    return Tally(counted, sum((_weight(question, record) for record in records), Decimal(0)))


def _weight(question: Question, record: Record) -> Decimal:
    return Decimal(1) if question.weighs is None else Decimal(record[question.weighs])


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with the metric's value (None = unknown), what its records tally to, and all of them."""

    question: Question
    metric: Metric
    value: float | None
    tally: Tally
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class AccountQuestions:
    """The answers for an account at the end of a day, by the questions' codes; currency: that of all amounts."""

    account_id: AccountId
    as_of: date
    quarter: Window
    currency: str
    answers: Mapping[str, Answered]
