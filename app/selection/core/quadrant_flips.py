"""How far each account is from another quadrant: in points, and by the smallest change of one criterion alone."""

from dataclasses import dataclass

import numpy as np

from app.scoring.core.arrays import Codes, Indices, Matrix, Vector
from app.selection.core.score import Scores, weighings
from app.selection.core.tiering import TOLERANCE, UNPLACED

NONE = -1


@dataclass(frozen=True, slots=True)
class QuadrantFlips:
    """For each account the nearest way into another quadrant.

    margins: (2, accounts), opportunity and alignment less their thresholds, in points, below 0 where they are not high;
    NaN where there is no score. criterion: the position of the one whose known utility must change least, NONE where no
    single one can do it or there is no quadrant. utility: the utility at which it stands on the threshold, which
    counts as high; one that is high now must fall below it. quadrant: code of the one beyond, UNPLACED without.
    """

    margins: Matrix
    criterion: Indices
    utility: Vector
    quadrant: Codes


def quadrant_flips(scores: Scores) -> QuadrantFlips:
    """The flips of every account; ties go to the first criterion. What is unknown is left out, as in `next_tiers`."""
    thresholds = scores.model.quadrant_thresholds
    cuts = np.array([[thresholds.opportunity], [thresholds.alignment]])
    margins = scores.figures[:2, 0] - cuts
    needed = np.full(scores.utilities.shape, np.nan)
    for dimension, part in enumerate(weighings(scores.model)):
        for member, weight in zip(part.members, part.weights, strict=True):
            if weight > 0.0:
                needed[member] = scores.utilities[member] - margins[dimension] / (scores.points[dimension] * weight)
    # On the threshold is high: one that is high must go below, so 0 is out of reach for it where it needs just that.
    high = margins >= -TOLERANCE
    for dimension, part in enumerate(weighings(scores.model)):
        rows = needed[part.members]
        least = np.where(high[dimension], TOLERANCE, 0.0)
        rows[(rows < least) | (rows > 1.0)] = np.nan
        needed[part.members] = rows
    needed[:, scores.quadrant == UNPLACED] = np.nan
    return _nearest(scores, margins, needed, high.astype(np.int8))


def _nearest(scores: Scores, margins: Matrix, needed: Matrix, high: Codes) -> QuadrantFlips:
    changes = np.abs(needed - scores.utilities)
    changes[np.isnan(changes)] = np.inf
    criterion = changes.argmin(axis=0)
    everyone = np.arange(scores.count)
    found = np.isfinite(changes[criterion, everyone])
    owners = np.array([one.dimension == "opportunity" for one in scores.model.criteria])
    # A quadrant's code is 2 * (opportunity high) + (alignment high); one of the two changes.
    opportunity = np.where(owners[criterion], 1 - high[0], high[0])
    alignment = np.where(owners[criterion], high[1], 1 - high[1])
    return QuadrantFlips(
        margins,
        np.where(found, criterion, NONE),
        np.where(found, needed[criterion, everyone], np.nan),
        np.where(found, 2 * opportunity + alignment, UNPLACED).astype(np.int8),
    )
