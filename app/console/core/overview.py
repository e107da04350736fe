"""The portfolio in a few figures, and which of its accounts go on the map."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.console.core.standing import Standing


@dataclass(frozen=True, slots=True)
class Overview:
    """drawn: the accounts on the map, best first. unplaced: those without a place on it, scored in part or not at all.

    quadrants: how many accounts stand in each. scored: how many have a composite. omitted: how many have a place, but
    were left out since the map has room for so many alone. provisional: how many tiers may still change with what is
    unknown.
    """

    drawn: Sequence[Standing]
    unplaced: Sequence[Standing]
    quadrants: Mapping[str, int]
    accounts: int
    scored: int
    omitted: int
    provisional: int


def overview(standings: Sequence[Standing], *, drawn: int) -> Overview:
    """The figures; standings: best first. drawn: how many go on the map at most."""
    placed = [one for one in standings if one.placed]
    return Overview(
        drawn=placed[:drawn],
        unplaced=[one for one in standings if not one.placed],
        quadrants=Counter(one.quadrant for one in standings if one.quadrant is not None),
        accounts=len(standings),
        scored=sum(one.composite is not None for one in standings),
        omitted=max(0, len(placed) - drawn),
        provisional=sum(one.provisional for one in standings),
    )
