"""The smallest change of one criterion's weight that changes who is at the top, or the order of any two accounts."""

from dataclasses import dataclass

import numpy as np

from app.scoring.core.arrays import Indices, Vector
from app.selection.core.stability.curves import Curves, nearest_meetings

PAIRS = 1 << 18  # pairs of accounts whose meeting is computed at once
SMALLEST = 1e-9  # of a share; within a span like that pairs are computed however many they are
LARGEST_SHARE = 0.999  # of its dimension that a criterion may come to; beyond, nothing else would be left of it
LEAST_OF_WEIGHT = 1e-9  # of its weight that a criterion must keep: without any it would be gone, not changed
ENDS = (LARGEST_SHARE, 0.0)  # the shares between which a criterion may move, first up, then down
MOST_ORDERED = 500  # accounts up to which all pairs are compared


@dataclass(frozen=True, slots=True)
class Crossing:
    """At this weight two accounts change places (their places in the field); just beyond it `rises` is above `falls`.

    change: of the weight; 0 where two accounts are level now and the least change parts them.
    """

    change: float
    falls: int
    rises: int


def top_changes(curves: Curves, rank: Indices, top: int) -> Crossing | None:
    """The smallest change of the weight after which other accounts than now have a rank of at most `top`.

    rank: (accounts,), the present ones, ties with the lower number. None where no weight above 0 up to LARGEST_SHARE of
    the dimension does it. Where accounts tie across the edge of the top, a change that parts them counts, and so does
    one that brings another past them all.
    """
    inside, outside = np.flatnonzero(rank <= top), np.flatnonzero(rank > top)
    if len(inside) <= top:
        return _smallest(curves, [(inside, outside)])
    edge = inside[rank[inside] == rank[inside].max()]
    if not curves.one_function(edge):
        return _parting(curves, edge)
    above = inside[rank[inside] < rank[edge[0]]]
    return _smallest(curves, [(above, np.concatenate([edge[:1], outside])), (edge[:1], outside)])


def order_changes(curves: Curves, rank: Indices) -> Crossing | None:
    """The smallest change of the weight that reverses the order of any two accounts, one of which is above now.

    None where none does, and where there are more than MOST_ORDERED accounts.
    """
    if len(rank) > MOST_ORDERED or curves.others <= 0.0:
        return None
    upper, lower = np.nonzero(rank[:, np.newaxis] < rank)
    found = []
    for distances, end in zip(nearest_meetings(curves, upper, lower), ENDS, strict=True):
        change, at = _nearest(curves, distances, end)
        if at is not None:
            found.append(Crossing(change, int(upper[at]), int(lower[at])))
    return _least(found)


def _parting(curves: Curves, edge: Indices) -> Crossing:
    """Accounts that tie now and are parted by any change: one that falls behind when the weight rises, and one not."""
    slopes = -curves.bend[edge] / (curves.rest[edge] + curves.weight) ** 2
    return Crossing(0.0, int(edge[slopes.argmin()]), int(edge[slopes.argmax()]))


Sides = tuple[Indices, Indices]  # accounts, and those that are below each of them


def _smallest(curves: Curves, sides: list[Sides]) -> Crossing | None:
    if curves.others <= 0.0:  # the only criterion that weighs: its share is the whole, whatever its weight
        return None
    present = curves.weight / (curves.weight + curves.others)
    found = (_first(curves, *side, present, end) for side in sides for end in ENDS if end > present or end == 0.0)
    return _least([one for one in found if one is not None])


def _least(found: list[Crossing]) -> Crossing | None:
    return min(found, key=lambda one: abs(one.change), default=None)


def _first(curves: Curves, upper: Indices, lower: Indices, near: float, far: float) -> Crossing | None:
    """The first change of places on the way from one share to another, before which there is none.

    Each curve only rises or only falls, so between two weights it stays between its values there: accounts whose ranges
    do not meet need not be compared. Where too many do, the way is halved.
    """
    upper, lower = _suspects(curves, upper, lower, near, far)
    if not upper.size or not lower.size:
        return None
    if upper.size * lower.size <= PAIRS or abs(far - near) <= SMALLEST:
        return _among(curves, upper, lower, far, rising=far > near)
    middle = 0.5 * (near + far)
    return _first(curves, upper, lower, near, middle) or _first(curves, upper, lower, middle, far)


def _suspects(curves: Curves, upper: Indices, lower: Indices, near: float, far: float) -> Sides:
    if not upper.size or not lower.size:
        return upper, lower
    lowest = np.minimum(curves.at(near, upper), curves.at(far, upper))
    highest = np.maximum(curves.at(near, lower), curves.at(far, lower))
    return upper[lowest <= highest.max()], lower[highest >= lowest.min()]


def _among(curves: Curves, upper: Indices, lower: Indices, far: float, *, rising: bool) -> Crossing | None:
    """The nearest change of places among all pairs, up to the share `far`."""
    rows = max(1, PAIRS // lower.size)
    found = []
    for first in range(0, upper.size, rows):
        block = upper[first : first + rows]
        rises, falls = nearest_meetings(curves, block[:, np.newaxis], lower)
        change, at = _nearest(curves, rises if rising else falls, far)
        if at is not None:
            found.append(Crossing(change, int(block[at // lower.size]), int(lower[at % lower.size])))
    return _least(found)


def _nearest(curves: Curves, distances: Vector, far: float) -> tuple[float, int | None]:
    """The least distance as a change of the weight, and where it stands in the flat array if it does not pass `far`."""
    at = int(distances.argmin()) if distances.size else None
    if at is None:
        return 0.0, None
    furthest = curves.others * far / (1.0 - far) - curves.weight
    change = float(np.copysign(distances.flat[at], furthest))
    least = -curves.weight * (1.0 - LEAST_OF_WEIGHT)
    return (change, at) if least <= change and abs(change) <= abs(furthest) else (change, None)
