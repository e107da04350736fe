"""The deals: when they come up, with whom and about what, how large they are, and how they end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.demo.core import names, stages
from app.demo.core.chance import around, arrivals, happens, one_of, some_of, weighted
from app.demo.core.people import Cast, Center, Person
from app.demo.core.supplier import CATALOGUE, WORTH, Offering
from app.demo.core.timeline import LAST_DAY, Timeline, month, monthly_to_daily
from app.demo.core.trajectories import Trajectory
from app.demo.core.world import Body, identity, told

SHORTEST_CYCLE_DAYS = 14
SPREAD_OF_CYCLES = 0.45
TYPICAL_PRICE = 24_000
FAIRNESS = 0.45
CONTENT = ("coaster", "single_product")  # order again what they ordered before
SOMETIMES, SELDOM = 0.2, 0.05  # how often another bids too, and how often the CRM knows who
LOST_GROUND = 0.08  # the win rate where a competitor has got in


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal with its end, whether that has come by the last day or not; `amount` in the reporting currency."""

    external_id: str
    cast: Cast
    center: Center
    contact: Person | None
    offering: Offering
    amount: float
    way: stages.Path
    won: bool
    competitor: str | None

    @property
    def created(self) -> int:
        return self.way.created

    @property
    def outcome(self) -> str | None:
        """What the CRM knows by the last day; None while open."""
        if self.way.decides_on > LAST_DAY:
            return None
        return "won" if self.won else "lost"


def deals(random: np.random.Generator, timeline: Timeline, one: Cast) -> list[Deal]:
    """All deals of a customer that are created by the last day and not decided before the first, by creation."""
    course = one.customer.trajectory
    days = range(course.begins, LAST_DAY + 1)
    daily = monthly_to_daily(course.activity, days[0], days[-1]) * timeline.seasons(days[0], days[-1])
    rival = one_of(random, names.RIVALS)
    bought = _Bought(random, course)
    made = []
    for number, place in enumerate(arrivals(random, daily * (course.scale.deals_per_year / 365))):
        deal = _deal(random, one, days[place], f"{one.customer.external_id}-deal-{number + 1}", bought, rival)
        made.append(deal)
        bought.note(deal)
    return [deal for deal in made if deal.way.decides_on >= 0]


class _Bought:
    """What a customer has bought so far: the lines of old and each won since then, and how lucky we were."""

    def __init__(self, random: np.random.Generator, course: Trajectory) -> None:
        lasting = course.story == "single_product"
        early = [line for line in CATALOGUE if line.active_from is None and not (lasting and line.active_to)]
        many = {"single_product": 1, "prospect": 0}.get(course.story, int(random.integers(2, 5)))
        self._since = dict.fromkeys(some_of(random, early, many), course.begins)
        self._owed = 0.0  # wins that were to be expected so far, less those that came

    def note(self, deal: Deal) -> None:
        if deal.won:
            known = self._since.get(deal.offering, deal.way.decides_on)
            self._since[deal.offering] = min(known, deal.way.decides_on)

    def won(self, random: np.random.Generator, chance: float) -> bool:
        """Whether a deal is won: customers spread their awards, so that after luck comes less of it."""
        fair = chance + FAIRNESS * self._owed if chance > 0 else 0.0
        won = happens(random, fair)
        self._owed += chance - won
        return won

    def chosen(self, random: np.random.Generator, course: Trajectory, day: int) -> tuple[Offering, bool]:
        """What a deal begun on the day is about, and whether that is new to the customer."""
        sold = [line for line in CATALOGUE if line.sold_on(day)]
        known = [line for line in sold if self._since.get(line, LAST_DAY + 1) <= day]
        fresh = [line for line in sold if line not in known]
        if fresh and (not known or happens(random, float(course.curiosity[month(day)]))):
            return one_of(random, fresh), True
        return one_of(random, known), False


def _deal(  # a deal's place among the customer's others
    random: np.random.Generator, one: Cast, day: int, external_id: str, bought: _Bought, rival: str
) -> Deal:
    course = one.customer.trajectory
    places = one.open_centers(day)
    center = weighted(random, places, [place.weight for place in places])
    offering, new = bought.chosen(random, course, day)
    cycle_days = max(SHORTEST_CYCLE_DAYS, int(around(random, course.scale.cycle_days, SPREAD_OF_CYCLES)))
    beset = course.cause == "competitor_entered" and center == one.centers[0] and course.turned(day + cycle_days)
    chance = float(course.win_rate[month(day + cycle_days)]) * (0.75 if new else 1.0)
    repeats = course.story in CONTENT and not new
    won = bought.won(random, min(chance, LOST_GROUND) if beset else chance)
    return Deal(
        external_id, one, center, one.decider(center, day), offering,
        amount=_amount(random, course, offering),
        way=stages.reorder(day, cycle_days) if repeats else stages.path(random, day, cycle_days, won=won),
        won=won,
        competitor=_competitor(random, rival, won=won, named=beset and course.turned(day)),
    )  # fmt: skip


def _amount(random: np.random.Generator, course: Trajectory, offering: Offering) -> float:
    """Log-normal about the customer's usual deal, larger for dear lines."""
    spread = course.scale.spread
    usual = course.scale.mean_deal / float(np.exp(spread**2 / 2))
    if course.story not in CONTENT:
        usual *= (offering.price / TYPICAL_PRICE) ** 0.3
    return around(random, usual, spread)


def _competitor(random: np.random.Generator, rival: str, *, won: bool, named: bool) -> str | None:
    """The one who is in the way, if that is known: nobody names a rival before it has come."""
    if won:
        return None
    if named:
        return rival if happens(random, 0.95) else None
    drawn = float(random.random())
    other = one_of(random, names.RIVALS) if drawn < SOMETIMES else None
    return other if drawn < SELDOM else None


def opportunities(random: np.random.Generator, timeline: Timeline, made: Sequence[Deal]) -> Iterator[Body]:
    """What the CRM knows of the deals; now and then it lacks an amount, a probability or a name."""
    for deal in made:
        yield _body(random, timeline, deal)


def _told(random: np.random.Generator, deal: Deal) -> stages.Told:
    currency = deal.cast.customer.currency
    priced = deal.outcome is not None or not happens(random, 0.12)
    # Until an offer is on the table, which has its price.
    estimates = {stage: float(np.exp(random.normal(0, 0.2))) for stage in stages.STAGES[:2]}
    return stages.Told(
        deal.outcome,
        round(deal.amount / WORTH[currency], -1) if priced else None,
        estimates,
        currency,
        gives_probability=happens(random, 0.8),
    )


def _body(random: np.random.Generator, timeline: Timeline, deal: Deal) -> Body:
    course = deal.cast.customer.trajectory
    known = _told(random, deal)
    lines = stages.history(timeline, deal.way, known)
    present = lines[-1]
    kam = deal.cast.customer.kam(deal.created)
    sole = happens(random, 0.1 + 0.5 * float(course.willingness[month(deal.created)]))
    expected = deal.way.decides_on + int(random.normal(0, 12))
    return told(
        **identity(deal.external_id),
        account=deal.cast.customer.ref,
        name=f"{deal.offering.name} for {deal.center.name.lower()}",
        offering=deal.offering.code,
        buying_center=deal.center.name,
        primary_contact=None if deal.contact is None else identity(deal.contact.external_id),
        amount=present.get("amount"),
        stage=present["stage"],
        status=present["status"],
        probability=present.get("probability"),
        created_on=timeline.on(deal.created),
        expected_close_on=timeline.on(max(expected, deal.created)),
        closed_on=None if deal.outcome is None else timeline.on(deal.way.decides_on),
        sole_sourced=sole and deal.competitor is None if happens(random, 0.85) else None,
        competitor=deal.competitor,
        owner="Inside sales" if kam is None else kam.name,
        stage_history=lines,
    )
