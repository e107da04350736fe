"""The wire of backtests of warnings."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.health.core.warning_backtest.walk import LONGEST_STEP, SHORTEST_STEP, Walk
from app.infra.wire import Answer, IsoDate, WireModel

Verdict = Literal["supports", "contradicts", "inconclusive", "insufficient_data"]


class WarningBacktestBody(WireModel):
    """Which days are to be walked, and which fall of revenue is a decline."""

    from_: IsoDate = Field(alias="from", description="The first day on which warnings are judged")
    to: IsoDate = Field(description="The last one; a year has to have passed since")
    step_days: Annotated[int, Field(ge=SHORTEST_STEP, le=LONGEST_STEP)] = Field(
        default=30, description="Days from one judged day to the next; at most 120 days are judged"
    )
    decline: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.2, description="The share of a year's revenue that is lost when the next year is over"
    )

    def walk(self) -> Walk:
        return Walk(self.from_, self.to, self.step_days, self.decline)


class WarningFigures(Answer):
    """How often warnings opened, what followed, and how much more often than it happens anyway."""

    at_start: int = Field(description="Warnings that stood on the first day already; they do not count as opened")
    opened: int = Field(description="Warnings that opened on later days", examples=[41])
    known: int = Field(description="Those of which it is known whether a decline followed: there was revenue to lose")
    declined: int = Field(description="Those that a decline followed", examples=[23])
    precision: float | None = Field(description="declined / known, 0 to 1", examples=[0.561])
    interval: list[float] | None = Field(description="Wilson's 95 % interval of precision", examples=[[0.41, 0.7]])
    lift: float | None = Field(description="precision / base rate", examples=[2.4])
    recall: float | None = Field(
        description="Of the accounts that declined, the share whose warning stood on a day that the decline followed"
    )
    warned: int = Field(description="How many accounts these are")
    standing_share: float | None = Field(
        description="The share of account-days on which the warning stood; one that always stands has a recall of 1"
    )
    lead_days: float | None = Field(
        description="Median days from the opening to the first judged day on which revenue had declined",
        examples=[150],
    )
    verdict: Verdict = Field(
        description=(
            "`supports` where the interval lies above the base rate, `contradicts` where it lies below;"
            " `insufficient_data` under 20 warnings with a known outcome"
        )
    )


class WarningRuleFigures(WarningFigures):
    """The same of one rule."""

    code: str = Field(examples=["supporter_left"])
    title: str
    severity: Literal["low", "medium", "high"] = Field(description="How grave the rule's warnings are")


class WarningBase(Answer):
    """What happens to accounts whether they are warned of or not."""

    known: int = Field(description="Account-days of which it is known whether a decline followed", examples=[3100])
    declined: int = Field(description="Those that one followed", examples=[720])
    rate: float | None = Field(description="declined / known, 0 to 1", examples=[0.232])
    decliners: int = Field(description="Accounts that declined after any of the days", examples=[48])


class WarningBacktestResult(Answer):
    """What came of a backtest of warnings."""

    days: int = Field(description="How many days were judged", examples=[13])
    accounts: int = Field(description="Accounts that were there on any of them", examples=[300])
    base: WarningBase
    overall: WarningFigures = Field(description="Any warning at all: an account-day on which one opened counts once")
    rules: list[WarningRuleFigures] = Field(description="Rule by rule, in the order of the rules")


class WarningBacktestSummary(Answer):
    """A backtest of warnings in a list."""

    id: UUID = Field(description="The backtest's id, which is its job's too")
    from_: date = Field(alias="from")
    to: date
    step_days: int = Field(description="Days from one judged day to the next")
    decline: float = Field(description="The share of a year's revenue that is lost")
    created_at: datetime
    finished: bool = Field(description="Whether its job has succeeded; how far it is tells the job")
    overall: WarningFigures | None = Field(description="What any warning at all would have told; null until finished")


class WarningBacktestAnswer(Answer):
    """A backtest of warnings."""

    id: UUID = Field(description="The backtest's id, which is its job's too")
    from_: date = Field(alias="from")
    to: date
    step_days: int = Field(description="Days from one judged day to the next")
    decline: float = Field(description="The share of a year's revenue that is lost")
    created_at: datetime
    finished: bool = Field(description="Whether its job has succeeded; how far it is tells the job")
    result: WarningBacktestResult | None = Field(description="Null until it is finished")


def backtest_shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A backtest as it is kept, its figures rounded."""
    return {**_asked(row), "result": _rounded(row["result"])}


def backtest_summed_up(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The same without its rules."""
    result = row["result"]
    return {**_asked(row), "overall": None if result is None else _rounded(result["overall"])}


def _asked(row: Mapping[Any, Any]) -> dict[str, Any]:
    asked = row["parameters"]
    return {
        **{name: row[name] for name in ("id", "created_at")},
        **{name: asked[name] for name in ("step_days", "decline")},
        "from": asked["starts_on"],
        "to": asked["ends_on"],
        "finished": row["result"] is not None,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return {name: _rounded(one) for name, one in value.items()} if isinstance(value, dict) else value
