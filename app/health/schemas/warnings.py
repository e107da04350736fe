"""The wire of early warnings."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.health.core.warnings.conditions import Compares, Measure
from app.health.core.warnings.rule import Severity
from app.infra.wire import Answer, Id, LongText, WireModel

WarningState = Literal["open", "acknowledged", "resolved"]
RecordKind = Literal[
    "contact", "opportunity", "buying_center", "offering", "engagement", "observation", "rating", "plan", "resource",
    "commitment", "expectation",
]  # fmt: skip

_MEASURE = (
    "`now`: the metric; `before`: what it was 90 days earlier; `fall`: the share of that which is gone; `drop`: the"
    " difference"
)


class Acknowledgement(WireModel):
    """Somebody has seen a warning."""

    note: LongText | None = Field(default=None, description="What is done about it", examples=["Meeting on Friday"])
    user_id: Id | None = Field(default=None, description="Who has seen it, where the key belongs to nobody")


class WarningWay(Answer):
    """One of the ways in which a rule holds."""

    code: str = Field(examples=["by_buying_center"])
    says: str = Field(description="The same in words", examples=["Revenue hangs on few buying centers"])


class WarningFigure(Answer):
    """A figure beside what it was compared with; where all figures of a way compare so, it holds."""

    metric: str = Field(examples=["concentration_buying_center"])
    title: str | None = Field(description="What the metric is called; null for one that is no longer measured")
    unit: str | None = Field(description="The metric's unit; a `fall` is a share", examples=["hhi"])
    measure: Measure = Field(description=_MEASURE)
    value: float | None = Field(description="Null where another way holds and this figure is not known by now")
    compares: Compares = Field(description="How the value stands to the threshold if the way holds")
    threshold: float | None = Field(description="What it was compared with", examples=[0.6])
    fact_on: date | None = Field(description="The day of the latest fact that was read, where there is one")


class WarningRecord(Answer):
    """A record behind a warning."""

    kind: RecordKind
    id: UUID
    name: str | None = Field(description="What it is called, where it has a name")
    way: str | None = Field(description="The way that it belongs to; null: all of them")
    dated_on: date | None = Field(description="When it happened, was said or came to be so")
    detail: str | None = Field(
        description=(
            "A competitor's name, a contact's stance (or `inactive`, `gone`), an engagement's kind, a metric; how a"
            " commitment failed (`late`, `missed`, `overdue`, `withdrawn`); who owes an expectation; how much"
            " of a resource was used of what was due in 90 days"
        ),
        examples=["detractor"],
    )
    value: float | None = Field(
        description="What was observed or rated; of a resource the share used, of a commitment the days past its day"
    )
    share: float | None = Field(description="Its share of the account's revenue of a year, where that matters")
    count: int | None = Field(
        description="How many deals, meetings or entries of usage stand behind it, or how many offerings it has"
    )


class SuggestedPlay(Answer):
    """Something to do about a warning; `GET /v1/warnings/rules` has its steps."""

    code: str = Field(examples=["open_new_doors"])
    title: str


class WarningPlay(SuggestedPlay):
    """Something to do about a warning, step by step."""

    steps: list[str]
    shows_in: list[str] = Field(description="The metrics that have to move if it works")
    library: list[str] = Field(description="Keys of larger plays that go with it, see `GET /v1/plays`")


class WarningSeen(Answer):
    """Who acknowledged a warning."""

    at: datetime
    user_id: UUID
    user_name: str | None
    note: str | None


class EarlyWarning(Answer):
    """A sign of trouble at an account, with what it rests on."""

    id: UUID
    account_id: UUID
    account_name: str
    kam_user_id: UUID | None = Field(description="Who cares for the account")
    code: str = Field(description="The rule's code", examples=["concentrated"])
    title: str = Field(examples=["Concentrated in few hands"])
    severity: Severity
    state: WarningState = Field(description="`resolved` once two clean days in a row did not find it")
    first_seen_on: date
    last_seen_on: date = Field(description="The last day on which it was found")
    evaluated_on: date = Field(description="The last day on which it was known whether it holds")
    clean_days: int = Field(description="Days in a row on which it was not found", examples=[0])
    ways: list[WarningWay] = Field(description="In which ways it held when it was last found")
    figures: list[WarningFigure]
    figures_as_of: date = Field(description="Since when the figures are these, as far as was looked at")
    records: list[WarningRecord] = Field(description="What is behind the figures: up to five records of each way")
    plays: list[SuggestedPlay] = Field(description="What to do about it")
    acknowledged: WarningSeen | None
    resolved_on: date | None
    version: int = Field(description="For If-Match")


class RuleThreshold(Answer):
    """A comparison of a rule, with what it compares with."""

    way: str = Field(description="The way that it belongs to; a way holds if all of its comparisons do")
    metric: str = Field(examples=["days_since_qbr"])
    measure: Measure = Field(description=_MEASURE)
    compares: Compares
    threshold: float | None = Field(description="What is in force; null: asked only where `by_tier` says so")
    usual: float | None = Field(description="What is in force unless the organization sets another")
    setting: str | None = Field(
        description="Its name among the organization's `warning_thresholds`; null where it cannot be set",
        examples=["qbr_days_above"],
    )
    by_tier: dict[str, int] = Field(description="What holds instead for accounts of a tier, by the tier's cadence")


class WarningRule(Answer):
    """A rule of early warning, as it holds for the organization."""

    code: str = Field(examples=["engagement_lapsed"])
    title: str
    asks: str = Field(description="The question that it answers")
    severity: Severity
    ways: list[WarningWay] = Field(description="In each of these it holds")
    thresholds: list[RuleThreshold]
    measured: bool = Field(description="False: it cannot hold in all its ways yet, see `missing_metrics`")
    missing_metrics: list[str] = Field(description="Metrics that it reads and that nothing measures yet")
    plays: list[WarningPlay]
    source: str = Field(description="Where it comes from, and what of it is the product's own choice")


class WarningRules(Answer):
    """All rules of early warning."""

    rules: list[WarningRule]
    before_days: int = Field(description="How long before a day `before` is", examples=[90])
    clean_days: int = Field(description="After how many clean days a warning is over", examples=[2])
