"""The limits in force: the organization's thresholds, and what the cadence of its tier asks of an account."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

import numpy as np

from app.health.core.warnings.conditions import Limits
from app.metrics.core.measured import Vector
from app.tenancy.core.organization import Touchpoint, WarningThresholds

EXECUTIVE: Final = "executive_review_days_above"  # of tiers with such a cadence alone

# Limits that a tier's cadence sets, by the touchpoint that is due.
CADENCE_OF: Final[Mapping[str, Touchpoint]] = {"qbr_days_above": "qbr", EXECUTIVE: "executive_review"}
Cadences = Mapping[str, Mapping[Touchpoint, int]]


def limits_of(thresholds: WarningThresholds, cadences: Cadences, tiers: Sequence[str | None] | None = None) -> Limits:
    """The limits by name, of each account where they depend on its tier.

    tiers: the accounts' tiers, None where one has none; without them every account is one without a tier. The days
    between business reviews are those of the tier's cadence, else the organization's threshold; the days between
    executive reviews are those of the cadence, and NaN (not asked) without one.
    """
    limits: dict[str, float] = {**asdict(thresholds), EXECUTIVE: np.nan}
    if tiers is None:
        return limits
    return {
        **limits,
        **{name: _days(tiers, cadences, touchpoint, limits[name]) for name, touchpoint in CADENCE_OF.items()},
    }


def _days(tiers: Sequence[str | None], cadences: Cadences, touchpoint: Touchpoint, otherwise: float) -> Vector:
    none: Mapping[Touchpoint, int] = {}
    return np.array([(cadences.get(tier, none) if tier else none).get(touchpoint, otherwise) for tier in tiers], float)
