"""What an organization has settled about itself, as the rules read it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

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
class WarningThresholds:
    """From where on an account's figures are a warning; the shipped ones are those of domain.md section 6.5.

    What is ours there: goals count as met from 1, a fall of usage from a tenth on, resources as used from a half, and
    commitments and expectations as kept from four fifths.
    """

    goals_met_from: float = 1.0  # attainment of targets
    concentration_from: float = 0.6  # Herfindahl index
    concentration_deals_from: int = 2
    contact_share_above: float = 0.6  # of revenue, by one contact
    advocates_below: int = 2
    plan_days_above: int = 90
    qbr_days_above: int = 120
    whitespace_ratio_from: float = 3.0
    whitespace_covered_below: float = 0.5  # share of whitespace that somebody has a strategy for
    resources_used_below: float = 0.5
    commitments_kept_below: float = 0.8
    expectations_met_below: float = 0.8
    usage_fall_from: float = 0.1  # share of what it was a quarter before
    nps_below: float = 7.0


Touchpoint = Literal["qbr", "steering_committee", "executive_review"]

# After how many days each touchpoint is due again, by tier. A tier that is not named has no cadence.
USUAL_CADENCES: Mapping[str, Mapping[Touchpoint, int]] = {
    "tier_1": {"qbr": 90, "steering_committee": 30, "executive_review": 180},
    "tier_2": {"qbr": 90, "steering_committee": 60, "executive_review": 365},
    "tier_3": {"qbr": 120},
    "emerging": {"qbr": 120},
}

# Within how many days a roadblock is to be out of the way, by severity. The product's own choice.
USUAL_ROADBLOCK_DAYS: Mapping[str, int] = {"low": 30, "medium": 14, "high": 7, "critical": 2}

# After how many days an account of a tier is appraised again: a quarter. A tier that is not named has no schedule.
USUAL_APPRAISAL_DAYS: Mapping[str, int] = {"tier_1": 90, "tier_2": 90, "tier_3": 90, "emerging": 90}

# Of these settings an organization names what it wants otherwise; the rest is as shipped.
_SHIPPED: Mapping[str, Mapping[str, Any]] = {
    "tracks": {track: asdict(rule) for track, rule in USUAL_TRACKS.items()},
    "warning_thresholds": asdict(WarningThresholds()),
    "cadences": USUAL_CADENCES,
    "roadblock_days": USUAL_ROADBLOCK_DAYS,
    "appraisal_days": USUAL_APPRAISAL_DAYS,
}


def completed(name: str, value: Any) -> Any:
    """A setting as it will hold, where a part of it may be given."""
    return {**_SHIPPED[name], **value} if name in _SHIPPED else value


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
    warning_thresholds: WarningThresholds
    cadences: Mapping[str, Mapping[Touchpoint, int]]
    roadblock_days: Mapping[str, int]
    appraisal_days: Mapping[str, int]
    frame_ancestors: tuple[str, ...]  # origins, as a page's policy names those that may frame it
    simulated: bool
    selection_model_id: ModelId | None
    health_model_id: ModelId | None
    version: int
