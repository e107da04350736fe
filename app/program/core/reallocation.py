"""Finds where resources lie idle and where they would serve, and the moves within capacity that bring most.

A unit serves an account by its worth: composite times the benefit of its tier. Where it is asked for it is counted in
full; where it is held today, by the share of what is held that is used. So a move's opportunity cost is that share of
the worth of who gives, against the worth of who gets.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from app.program.core.holdings import Holding, Standing, Wish, may_get, may_give
from app.program.core.markets import Balance, Market, Move

Line = TypeVar("Line", Holding, Wish)


@dataclass(frozen=True, slots=True)
class Reallocation:
    """The moves, those that bring most first, and the resources, those of which a unit more would bring most first."""

    moves: tuple[Move, ...]
    balances: tuple[Balance, ...]

    @property
    def lost(self) -> float:
        return sum(move.lost for move in self.moves)

    @property
    def gained(self) -> float:
        return sum(move.gained for move in self.moves)


def reallocation(
    holdings: Sequence[Holding],
    wishes: Sequence[Wish],
    standings: Mapping[UUID, Standing],
    capacities: Mapping[UUID, float | None],
) -> Reallocation:
    """The moves that bring most, as a linear program (HiGHS), and the price of each resource's capacity.

    standings: of every account that holds or wants something. capacities: of every resource, per the same days.
    Who wants more of a resource does not give of it. What is used and what is moved stay within capacity together;
    where more is used than there is already, nothing is moved.
    """
    wanting = {(wish.resource_id, wish.account_id) for wish in wishes}
    giving = [
        one
        for one in holdings
        if may_give(one, standings[one.account_id]) and (one.resource_id, one.account_id) not in wanting
    ]
    held, gives, asked = _by_resource(holdings), _by_resource(giving), _by_resource(wishes)
    moves: list[Move] = []
    balances: list[Balance] = []
    for resource_id, capacity in sorted(capacities.items()):
        wanted = asked[resource_id]
        getting = [wish for wish in wanted if may_get(standings[wish.account_id])]
        unmet = sum(wish.quantity for wish in wanted)
        market = Market(resource_id, capacity, held[resource_id], gives[resource_id], getting, unmet)
        own, balance = market.cleared(standings)
        moves += own
        balances.append(balance)
    return Reallocation(
        tuple(sorted(moves, key=lambda move: -move.net)),
        tuple(sorted(balances, key=lambda one: (-(one.shadow_price or 0.0), -one.unmet, one.resource_id))),
    )


def _by_resource(lines: Sequence[Line]) -> Mapping[UUID, Sequence[Line]]:
    found: dict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.resource_id].append(line)
    return found
