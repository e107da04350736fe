"""Decides quadrant and tier from scores, and what the gates do to them (domain.md section 4.3)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Codes, Flags, Vector
from app.selection.core.model import Gate, QuadrantThresholds, Tier

# Thresholds are inclusive. A score that misses one by less than this differs from it only by the order in which
# floats were added up, so it counts as there; scores are of the size of 100, whose last bit is worth 1.4e-14.
TOLERANCE = 1e-9
# The same for gates, whose metrics have any size: a share of the limit.
GATE_TOLERANCE = 1e-12

QUADRANTS = ("serve", "sustain", "cultivate", "invest")  # code = 2 * (opportunity high) + (alignment high)
UNPLACED = -1  # the code of no quadrant, where a score is null

MET, TRIGGERED, UNKNOWN = 0, 1, -1  # what became of one gate: whether it was missed, less whether that is unknown


def gate_outcome(gate: Gate, column: Vector) -> Codes:
    """MET, TRIGGERED (the account bears the gate's effect) or UNKNOWN (not applied) for each value, NaN = unknown."""
    if gate.at_least is not None:
        missed = column < gate.at_least - GATE_TOLERANCE * abs(gate.at_least)
    else:
        most = gate.at_most or 0.0
        missed = column > most + GATE_TOLERANCE * abs(most)
    outcome: Codes = missed.view(np.int8) - np.isnan(column).view(np.int8)
    return outcome


def bearing(gates: Sequence[Gate], outcomes: Sequence[Codes], effect: str, accounts: int) -> Flags:
    """Which accounts bear `effect` through any gate."""
    bears = np.zeros(accounts, dtype=np.bool_)
    for gate, outcome in zip(gates, outcomes, strict=True):
        if gate.effect == effect:
            bears |= outcome == TRIGGERED
    return bears


def quadrant_codes(thresholds: QuadrantThresholds, opportunity: Vector, alignment: Vector) -> Codes:
    """The position in QUADRANTS for each account; UNPLACED where either score is NaN."""
    codes = 2 * (opportunity >= thresholds.opportunity - TOLERANCE).view(np.int8)
    codes += alignment >= thresholds.alignment - TOLERANCE
    codes[np.isnan(opportunity) | np.isnan(alignment)] = UNPLACED
    return codes


def tier_codes(tiers: Sequence[Tier], scores: npt.NDArray[np.float64], ineligible: Flags, emerging: Flags) -> Codes:
    """The position in `SelectionModel.tier_names` for each account: the first rule that matches, else `standard`.

    scores: (3, cases, accounts), opportunity, alignment and composite in each case (as scored, lowest, highest); one
    with a NaN among the three matches no rule. ineligible, emerging: (accounts,). An ineligible account is `standard`
    whatever it scores; one on the emerging track that matches any rule is `emerging`. Returns (cases, accounts).
    """
    opportunity, alignment, composite = scores
    standard = len(tiers)
    codes = np.full(opportunity.shape, standard, dtype=np.int8)
    for code, rule in enumerate(tiers):
        matches = opportunity >= rule.minimum_opportunity - TOLERANCE
        matches &= alignment >= rule.minimum_alignment - TOLERANCE
        if rule.minimum_composite > 0.0:  # a composite is NaN only where one of the others is
            matches &= composite >= rule.minimum_composite - TOLERANCE
        # The first match is the least code; arithmetic on small integers takes a seventh of a masked assignment's time.
        np.minimum(codes, standard - (standard - code) * matches.view(np.int8), out=codes)
    placed = emerging & (codes < standard)
    np.maximum(codes, (standard + 1) * placed.view(np.int8), out=codes)
    codes[:, ineligible] = standard
    return codes
