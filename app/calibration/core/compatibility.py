"""How well two sides fit: eight dimensions that people of both rate from 1 to 5 (domain.md section 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from statistics import fmean
from typing import Final, Literal, get_args

from app.calibration.core.parties import Party

Dimension = Literal[
    "strategy_horizon", "culture", "decision_process", "governance", "technology", "commercial_terms", "data_sharing",
    "risk",
]  # fmt: skip
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
TITLES: Final[Mapping[Dimension, str]] = {
    "strategy_horizon": "How far ahead we plan",
    "culture": "Culture",
    "decision_process": "How decisions are taken",
    "governance": "Governance",
    "technology": "Technology and systems",
    "commercial_terms": "Commercial terms",
    "data_sharing": "Sharing of data",
    "risk": "How risk is borne",
}
LOWEST, HIGHEST = 1, 5
POINTS_PER_GAP: Final = 10.0
DISCUSSED_FROM: Final = 2.0  # a gap of so much is spoken of before the sides go on
TOLERANCE: Final = 1e-9  # means of several people's ratings are not exact

# A side's rating of each dimension that it rated.
Rated = Mapping[Dimension, float]
# All ratings that the people of a side gave of each dimension.
Voices = Mapping[Dimension, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class DimensionFit:
    """One dimension: how each side rates it (1..5), and what comes of it.

    fit: 0 (both rate 1) .. 100 (both rate 5). gap: 0..4. score: the fit less 10 points per point of gap, at least 0.
    part: what it adds to the compatibility; parts add up to it. to_discuss: whether the gap is 2 or more.
    """

    dimension: Dimension
    supplier: float
    customer: float
    weight: float
    fit: float
    gap: float
    score: float
    part: float

    @property
    def to_discuss(self) -> bool:
        return self.gap >= DISCUSSED_FROM - TOLERANCE


@dataclass(frozen=True, slots=True)
class Compatibility:
    """All eight dimensions in their order; `score` 0..100, None where no dimension has a weight."""

    score: float | None
    dimensions: tuple[DimensionFit, ...]


def side_ratings(voices: Voices) -> dict[Dimension, float]:
    """A side's rating of each dimension: the mean of its people's, however many they are."""
    return {dimension: fmean(values) for dimension, values in voices.items() if values}


def unrated(rated: Rated) -> list[Dimension]:
    """The dimensions that a side has not rated yet, in their order."""
    return [dimension for dimension in DIMENSIONS if dimension not in rated]


def fit(supplier: float, customer: float) -> float:
    """How well both think it fits: 0..100."""
    middle = (supplier + customer) / 2
    return (middle - LOWEST) / (HIGHEST - LOWEST) * 100


def compatibility(rated: Mapping[Party, Rated], weights: Mapping[str, float]) -> Compatibility | None:
    """What both sides' ratings come to; None until each side has rated every dimension.

    compatibility = Σ w_d · max(0, fit_d - 10 · gap_d) / Σ w_d, gap_d = |a - b|. weights: >= 0 by dimension; one that is
    not named weighs 1. It rises with either side's rating of any dimension: a point more adds 12.5 to the fit, and
    takes 10 away at most where it widens the gap. Tenure is no dimension: how long the sides know each other counts
    for nothing.
    """
    if any(unrated(rated.get(party, {})) for party in ("supplier", "customer")):
        return None
    whole = fsum(weights.get(dimension, 1.0) for dimension in DIMENSIONS)
    found = tuple(
        _dimension(dimension, rated["supplier"][dimension], rated["customer"][dimension], weights, whole)
        for dimension in DIMENSIONS
    )
    if whole <= 0:
        return Compatibility(None, found)
    scored = fsum(each.weight * each.score for each in found)
    return Compatibility(min(100.0, scored / whole), found)


def _dimension(
    dimension: Dimension, supplier: float, customer: float, weights: Mapping[str, float], whole: float
) -> DimensionFit:
    weight, gap, fits = weights.get(dimension, 1.0), abs(supplier - customer), fit(supplier, customer)
    score = max(0.0, fits - POINTS_PER_GAP * gap)
    return DimensionFit(
        dimension=dimension,
        supplier=supplier,
        customer=customer,
        weight=weight,
        fit=fits,
        gap=gap,
        score=score,
        part=min(score, weight * score / whole) if whole > 0 else 0.0,
    )
