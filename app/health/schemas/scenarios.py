"""The wire of scenarios: what may be asked, and what would become of hygiene and health."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from app.health.core.model import Side
from app.health.core.scenarios.events import KINDS, USUAL_DECLINE, Kind, Named, Reason
from app.infra.wire import Answer, FiniteNumber, Id, IsoDate, WireModel

MOST: int = 20
_NAMES = {"contact_id": "supporter_leaves", "decline": "market_worsens"}
_CENTERS = ("buying_center_lost", "competitor_beachhead")
Quadrant = Literal["thriving", "coasting", "building", "at_risk"]


def _rounded(figure: float) -> float:
    return round(figure, 4) + 0.0


Figure = Annotated[float, PlainSerializer(_rounded, return_type=float)]


class ScenarioBody(WireModel):
    """An event to run through."""

    kind: Kind
    contact_id: Id | None = Field(
        default=None, description="With `supporter_leaves`: who leaves; if absent, the supporter on whom most hangs"
    )
    buying_center_id: Id | None = Field(
        default=None,
        description=(
            "With `buying_center_lost` and `competitor_beachhead`: which; if absent, the one on which most hangs (of"
            " those without a competitor)"
        ),
    )
    decline: Annotated[FiniteNumber, Field(gt=0, le=1)] | None = Field(
        default=None, description=f"With `market_worsens`: the share that is lost; {USUAL_DECLINE:g} if absent"
    )

    @model_validator(mode="after")
    def _fits(self) -> "ScenarioBody":
        stray = [name for name, kind in _NAMES.items() if getattr(self, name) is not None and self.kind != kind]
        if self.buying_center_id is not None and self.kind not in _CENTERS:
            stray.append("buying_center_id")
        if stray:
            raise PydanticCustomError("not_of_this_kind", "{field} does not go with this kind", {"field": stray[0]})
        return self


class ScenariosBody(WireModel):
    """Which events to run through, each on its own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"scenarios": [{"kind": "supporter_leaves"}, {"kind": "market_worsens", "decline": 0.3}]}]
        }
    )

    scenarios: Annotated[list[ScenarioBody], Field(min_length=1, max_length=MOST)] | None = Field(
        default=None, description=f"All {len(KINDS)} kinds if absent"
    )
    as_of: IsoDate | None = Field(default=None, description="The day whose facts are read; today if absent")


class SideFigures(Answer):
    """A side's score on a day, or as it would be."""

    score: Figure | None = Field(description="0 to 100; null while nothing of the side is known")
    low: Figure = Field(description="The score if everything unknown turned out worst")
    high: Figure = Field(description="The score if everything unknown turned out best")
    coverage: Figure = Field(description="The share of the weight whose indicators are known, 0 to 1")


class Judged(Answer):
    """Hygiene and health, never blended, and the quadrant that they come to."""

    hygiene: SideFigures
    health: SideFigures
    quadrant: Quadrant | None = Field(description="Null where either score is")


class StruckAnswer(Answer):
    """Whom or what the event strikes."""

    kind: Named
    id: UUID
    name: str | None
    asked_for: bool = Field(description="Whether the request named it; else it is the one on which most hangs")


class MovedIndicator(Answer):
    """An indicator that the event moves."""

    key: str = Field(examples=["advocacy"])
    metric: str = Field(description="The metric that it reads", examples=["advocacy"])
    dimension: Side
    before: float = Field(description="The metric today")
    after: float | None = Field(
        description="The metric after the event; null where the event takes it away, which counts as its worst"
    )
    utility_before: Figure = Field(description="0 to 1")
    utility_after: Figure = Field(description="0 to 1")
    points: Figure = Field(description="By how many points the score of its side changes through it")


class DealAtRiskAnswer(Answer):
    """A deal that is at risk."""

    opportunity_id: UUID
    name: str | None
    status: Literal["open", "won"]
    amount: Figure = Field(description="How much of it is at risk: of an open deal, of amount times probability")


class RevenueAtRisk(Answer):
    """What is in danger, in the reporting currency."""

    revenue: Figure = Field(description="Of the revenue of the last 365 days")
    revenue_share: Figure | None = Field(description="The share of that revenue; null without any")
    pipeline: Figure = Field(description="Of what the open deals are expected to bring (amount times probability)")
    deals: int = Field(description="How many deals, those without amount included")
    without_amount: int = Field(description="How many of them do not count, as their amount or chance is unknown")
    largest: list[DealAtRiskAnswer] = Field(description="The largest of those that count, at most 10")


class ScenarioOutcome(Answer):
    """What an event would lead to."""

    kind: Kind
    meaning: str = Field(description="What the event is taken to change, and what counts as at risk")
    decline: Figure | None = Field(description="With `market_worsens`: the share that is lost")
    applies: bool = Field(description="Whether it can happen to this account at all")
    reason: Reason | None = Field(description="Why it cannot; then nothing changes")
    struck: StruckAnswer | None = Field(description="Whom or what it strikes, where that is one contact or center")
    after: Judged
    hygiene_delta: Figure | None = Field(description="Points; null without a score")
    health_delta: Figure | None = Field(description="Points; null without a score")
    moved: list[MovedIndicator] = Field(description="The indicators that move, those that lose most first")
    at_risk: RevenueAtRisk


class ScenariosAnswer(Answer):
    """Events run through for an account; nothing of it is kept."""

    account_id: UUID
    as_of: date
    model_id: UUID
    model_version: int
    currency: str = Field(description="The reporting currency, in which money is given", examples=["USD"])
    today: Judged
    scenarios: list[ScenarioOutcome] = Field(description="In the order in which they were asked for")
