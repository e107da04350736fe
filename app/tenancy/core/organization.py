"""What an organization has settled about itself, as the rules read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from app.kernel.ids import ModelId, TenantId

CustomMetricKind = Literal["observation", "rating"]
Horizon = Literal["past", "current", "future"]
Track = Literal["standard", "high_potential"]

# What the field's CRMs call the stage in which an offer is on the table; an organization names its own.
USUAL_PROPOSAL_STAGES = ("Proposal", "Proposal/Price Quote", "Proposal Made", "Proposal Sent", "Quote", "Negotiation")


@dataclass(frozen=True, slots=True)
class CustomMetric:
    """A metric that this organization observes or rates beyond the shipped ones."""

    key: str
    title: str
    kind: CustomMetricKind
    unit: str
    horizon: Horizon
    shelf_life_days: int = 365


@dataclass(frozen=True, slots=True)
class TrackRule:
    """How many accounts may be selected on a track (None: no limit), and after how long each is to be reviewed."""

    capacity: int | None
    review_days: int


# The product's own choice: what grows from little changes sooner than what is large already.
USUAL_TRACKS: Mapping[Track, TrackRule] = {
    "standard": TrackRule(None, 365),
    "high_potential": TrackRule(None, 180),
}


@dataclass(frozen=True, slots=True)
class Organization:
    """The supplier, our tenant, and its settings."""

    tenant_id: TenantId
    name: str
    reporting_currency: str
    key_account_revenue_threshold: Decimal | None
    stage_probabilities: Mapping[str, float]
    proposal_stages: tuple[str, ...]
    custom_metrics: tuple[CustomMetric, ...]
    tracks: Mapping[Track, TrackRule]
    simulated: bool
    selection_model_id: ModelId | None
    version: int
