"""How composites depend on the weight of one criterion, and at which weight two accounts change places.

With the weights of all other criteria as they are, an account's composite is `level + bend / (rest + weight)`: in the
weighted mean of its dimension, rest is the weight of the other criteria that count for it and bend is 100 times the
dimension's share times (sum of weight times utility over these - the criterion's utility times rest). Where the
criterion does not count for the account, its composite stays as it is. So two accounts of which the same criteria are
known are level at one weight, the root of a linear equation (which is that of Triantaphyllou and Sanchez 1997); others
at two at most, the roots of a quadratic one.
"""

from dataclasses import dataclass

import numpy as np

from app.scoring.core.arrays import Flags, Indices, Vector
from app.selection.core.stability.ranking import Field, Known

SAME = 1e-9  # points of composite that make no difference, as in a standing


@dataclass(frozen=True, slots=True)
class Curves:
    """The composites of a field's accounts by one criterion's weight; level, bend, rest, present: (accounts,).

    weight: the present one, above 0. others: the weight of all other criteria of its dimension. present: the composites
    at the present weight.
    """

    weight: float
    others: float
    level: Vector
    bend: Vector
    rest: Vector
    present: Vector

    def at(self, share: float, accounts: Indices) -> Vector:
        """The composites of some accounts where the criterion has this share of its dimension, 0 <= share < 1."""
        divisor = self.rest[accounts] + self.others * share / (1.0 - share)
        bend = self.bend[accounts]
        bent: Vector = np.divide(bend, divisor, out=np.zeros_like(bend), where=bend != 0.0)
        return self.level[accounts] + bent

    def one_function(self, accounts: Indices) -> bool:
        """Whether these accounts, which are level now, are so at every weight."""
        levels, bends, rests = self.level[accounts], self.bend[accounts], self.rest[accounts]
        straight = bool(np.all(np.abs(bends) <= SAME))
        return bool(np.ptp(levels) <= SAME and np.ptp(bends) <= SAME and (straight or np.ptp(rests) <= SAME))


def curves(field: Field, known: Known, criterion: int) -> Curves:
    """The curves for the criterion at this place of a dimension, whose weight is above 0."""
    weights, factor = known.part.weights, 100.0 * known.part.share
    counts = np.ones_like(known.utilities) if known.counts is None else known.counts
    rest, reached = np.zeros((2, field.size))
    for place, weight in enumerate(weights.tolist()):
        if place != criterion:
            rest += weight * counts[place]
            reached += weight * known.utilities[place]
    weight, utility = float(weights[criterion]), known.utilities[criterion]
    moves = counts[criterion] > 0.0
    bend = np.where(moves, factor * (reached - utility * rest), 0.0)
    level = field.composite - bend / (rest + weight)
    others = float(sum(np.delete(weights, criterion).tolist()))
    return Curves(weight, others, level, bend, rest, field.composite)


def nearest_meetings(curves: Curves, upper: Indices, lower: Indices) -> tuple[Vector, Vector]:
    """By how much the weight must rise, and by how much fall, until accounts that are above others change places.

    upper, lower: (rows, 1) and (columns,), or of one shape; each of `upper` is above each of `lower` now. Returns both
    distances in the broadcast shape, above 0, infinite where that way never leads to a change of places; a fall
    may be larger than the weight. Where the curves only touch, no places are changed.
    """
    level = curves.level[upper] - curves.level[lower]
    gap = curves.present[upper] - curves.present[lower]
    divisor, other = np.broadcast_arrays(*(curves.rest[one] + curves.weight for one in (upper, lower)))
    bends = np.broadcast_arrays(curves.bend[upper], curves.bend[lower])
    divisor, other = np.where(bends[0] == 0.0, other, divisor), np.where(bends[1] == 0.0, divisor, other)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        single = -gap * divisor / level
        first, second = _roots(level, level * (divisor + other) + bends[0] - bends[1], gap * divisor * other)
        equal: Flags = divisor == other
        first, second = np.where(equal, single, first), np.where(equal, np.nan, second)
        rises = np.fmin(np.where(first > 0.0, first, np.inf), np.where(second > 0.0, second, np.inf))
        falls = np.fmin(np.where(first < 0.0, -first, np.inf), np.where(second < 0.0, -second, np.inf))
    return rises, falls


def _roots(square: Vector, linear: Vector, constant: Vector) -> tuple[Vector, Vector]:
    """Both roots of square x^2 + linear x + constant, without cancellation; NaN or infinite where there is none."""
    discriminant = linear * linear - 4.0 * square * constant
    root = np.sqrt(np.where(discriminant > 0.0, discriminant, np.nan))
    half = -0.5 * (linear + np.copysign(root, linear))
    return half / square, constant / half
