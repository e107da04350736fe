"""The wire of hygiene and health: of an account, day by day, of a portfolio."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.health.core.answer import shown
from app.infra.wire import Answer

Quadrant = Literal["thriving", "coasting", "building", "at_risk"]

FIGURES = ("score", "low", "high", "coverage")


class IndicatorSource(Answer):
    """Where a value comes from."""

    fact: str = Field(description="The kind of fact that is read first", examples=["engagements"])
    as_of: date = Field(description="The day of the latest fact")
    facts: int = Field(description="How many facts were read")


class IndicatorContribution(Answer):
    """What an indicator adds to its side's score, and what it could add; contributions add up to the score."""

    indicator: str
    metric: str
    title: str = Field(description="The metric's title")
    unit: str | None = Field(description="The metric's unit; null where the organization has the metric no more")
    value: float | None = Field(description="The metric's value; null while unknown")
    utility: float | None = Field(description="What the value is worth, from 0 to 1; null while unknown")
    weight: float
    contribution: float | None = Field(description="Points of the side's score; null while there is none")
    headroom: float | None = Field(description="What the side's score would gain if the utility rose to 1")
    source: IndicatorSource | None


class HealthFigures(Answer):
    """A score from 0 to 100 with its bounds: what it would be if all that is unknown turned out worst, or best."""

    score: float | None = Field(description="Null while nothing is known")
    low: float | None
    high: float | None
    coverage: float = Field(description="The share of the weight whose metrics are known")


class SideScore(HealthFigures):
    """One side of an account, explained."""

    threshold: float = Field(description="From which score on it is high")
    previous: float | None = Field(description="The score that was kept before, see `previous_on`")
    delta: float | None = Field(description="The change since then, in points")
    trend_30: float | None = Field(
        description="The change since the newest score kept 30 to 60 days before; null without one"
    )
    trend_90: float | None = Field(
        description="The change since the newest score kept 90 to 180 days before; null without one"
    )
    contributions: list[IndicatorContribution] = Field(description="What could add most first")


class HealthRemark(Answer):
    """Something to know about the figures."""

    code: str = Field(examples=["missing_indicators"])
    message: str


class AccountHealth(Answer):
    """An account's hygiene (are the numbers met?) and health (will they last?), never blended into one."""

    account_id: UUID
    account_name: str | None
    as_of: date
    model_id: UUID
    model_version: int
    hygiene: SideScore
    health: SideScore
    quadrant: Quadrant | None = Field(
        description="Both high: thriving; hygiene alone: coasting; health alone: building; neither: at_risk"
    )
    quadrant_since: date = Field(description="The first of the days in a row on which it was found there")
    provisional: bool = Field(description="Whether the quadrant may still change with what is unknown")
    previous_on: date | None = Field(description="The day of the score kept before; null without one")
    warnings: list[HealthRemark]
    kept: bool = Field(description="Whether this is the newest that was kept; else it was computed for this answer")
    stale: bool = Field(description="Whether facts changed since, or another model is in use by now")
    changed_at: datetime | None = Field(description="When the first of these facts changed; null where none did")
    simulated: bool = Field(description="Whether the organization's data are a simulation")


class HealthDay(Answer):
    """What was found of an account on a day."""

    account_id: UUID = Field(description="The account itself, or one that was merged into it")
    as_of: date
    model_id: UUID
    model_version: int
    hygiene: HealthFigures
    health: HealthFigures
    quadrant: Quadrant | None
    provisional: bool


class SideStanding(HealthFigures):
    """One side of an account in a list, with how it changed."""

    delta: float | None = Field(description="The change since the score kept before")
    trend_30: float | None = Field(description="The change over 30 days")
    trend_90: float | None = Field(description="The change over 90 days")


class HealthStanding(Answer):
    """Where an account stands."""

    account_id: UUID
    account_name: str
    source: str | None
    external_id: str | None
    kam_user_id: UUID | None
    as_of: date
    hygiene: SideStanding
    health: SideStanding
    quadrant: Quadrant | None
    quadrant_since: date
    provisional: bool
    previous_on: date | None


class PortfolioMean(Answer):
    """A mean over accounts; null where none can be counted."""

    score: float | None
    low: float | None
    high: float | None
    trend_30: float | None = Field(description="The mean change over 30 days of the accounts that have one")
    trend_90: float | None = Field(description="The mean change over 90 days of the accounts that have one")


class PortfolioSide(Answer):
    """One side of the portfolio."""

    scored: int = Field(description="How many accounts have a score")
    coverage: float | None = Field(description="The mean share of the weight that is known, over all accounts")
    by_account: PortfolioMean = Field(description="Every account counts alike")
    by_revenue: PortfolioMean = Field(description="Accounts count by their revenue of the last twelve months")


class QuadrantShare(Answer):
    """What stands in a quadrant."""

    quadrant: Quadrant | None = Field(description="Null: the accounts that have none, since a side is unknown")
    accounts: int
    provisional: int = Field(description="How many of them may still move with what is unknown")
    revenue: float = Field(description="Their revenue of the last twelve months")
    revenue_share: float | None = Field(description="Its share of the portfolio's revenue; null where that is 0")


class HealthSummary(Answer):
    """The portfolio's hygiene and health."""

    as_of: date
    currency: str = Field(description="The organization's reporting currency, in which revenue is given")
    accounts: int
    provisional: int
    revenue: float = Field(description="Of the last twelve months, of all these accounts")
    hygiene: PortfolioSide
    health: PortfolioSide
    quadrants: list[QuadrantShare]
    simulated: bool


def day(row: Mapping[str, Any]) -> dict[str, Any]:
    """A kept day, with numbers as they are shown."""
    plain = ("account_id", "as_of", "model_id", "model_version", "quadrant", "provisional")
    return {**{name: row[name] for name in plain}, **{side: _figures(row, side) for side in ("hygiene", "health")}}


_STANDING = (
    "account_id", "account_name", "source", "external_id", "kam_user_id", "as_of", "quadrant", "quadrant_since",
    "provisional", "previous_on",
)  # fmt: skip
_SIDE = (*FIGURES, "delta", "trend_30", "trend_90")
_HYGIENE = slice(len(_STANDING), len(_STANDING) + len(_SIDE))
_HEALTH = slice(_HYGIENE.stop, _HYGIENE.stop + len(_SIDE))


def standing(row: Sequence[Any]) -> dict[str, Any]:
    """Where an account stands, with numbers as they are shown; `row`: by place, as the portfolio's query selects it.

    A page is hundreds of these, and by name each would take more than twice as long.
    """
    found = dict(zip(_STANDING, row[: len(_STANDING)], strict=True))
    found["hygiene"] = dict(zip(_SIDE, map(shown, row[_HYGIENE]), strict=True))
    found["health"] = dict(zip(_SIDE, map(shown, row[_HEALTH]), strict=True))
    return found


def _figures(row: Mapping[str, Any], side: str) -> dict[str, Any]:
    columns = (side, f"{side}_low", f"{side}_high", f"{side}_coverage")
    return {name: shown(row[column]) for name, column in zip(FIGURES, columns, strict=True)}
