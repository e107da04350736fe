"""The stories that a customer's hidden trajectory may follow, each a chain from cause to effect."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from app.demo.core.chance import around, between, day_between, happens
from app.demo.core.timeline import EARLIEST, LAST_DAY, Vector, eased
from app.demo.core.trajectories import Cause, Character, Scale, Story, Trajectory

Random = np.random.Generator
FROM_BEFORE = EARLIEST  # a customer from before the simulated years

# Of all accounts; the rest are steady.
SHARES: Mapping[Story, float] = {
    "decliner": 0.18,
    "grower": 0.16,
    "coaster": 0.16,
    "prospect": 0.10,
    "single_product": 0.07,
    "rebuilder": 0.07,
}
DECLINES: Sequence[Cause] = ("supporter_left", "competitor_entered", "delivery_trouble")


def trajectories(random: Random, accounts: int) -> list[Trajectory]:
    """The hidden trajectory of each account, the stories in their shares and in no order.

    accounts: at least 20, so that no story is without an account.
    """
    stories: list[Story] = [story for story, share in SHARES.items() for _ in range(round(share * accounts))]
    stories += ["steady"] * (accounts - len(stories))
    order = random.permutation(accounts)
    told = [stories[int(place)] for place in order]
    return [TELL[story](random, int(place)) for story, place in zip(told, order, strict=True)]


def level(value: float) -> Vector:
    return eased(value, value, 0, 1)


def _character(random: Random, lean: float = 0.5) -> Character:
    """lean: where willingness tends; what people call fit and outlook goes along with it, more or less."""
    fit, outlook, disposition = (
        float(np.clip(0.5 + 0.6 * (lean - 0.5) + random.normal(0, 0.18), 0, 1)) for _ in range(3)
    )
    leadership, switching, influence = (between(random, 0.05, 0.95) for _ in range(3))
    return Character(fit, outlook, leadership, switching, influence, disposition)


def _scale(random: Random, *, deals: tuple[float, float], win_rate: float, volume: float = 260_000) -> Scale:
    return Scale(around(random, volume, 0.75), between(random, *deals), win_rate, 0.45, between(random, 45, 110))


def _begins(random: Random) -> int:
    """Most are customers from before; some come within the first months."""
    return day_between(random, 30, 240) if happens(random, 0.12) else FROM_BEFORE


def _grower(random: Random, _place: int) -> Trajectory:
    """A willing partner with money to spend: new buying centers and offerings follow, and revenue with them."""
    turns = day_between(random, 270, 660)
    felt = turns + 60
    willing, size = between(random, 0.68, 0.95), between(random, 2.2, 3.4)
    return Trajectory(
        "grower", "willing_partner", _begins(random), turns, felt,
        _scale(random, deals=(7, 11), win_rate=0.48), _character(random, willing),
        activity=eased(1.0, size, felt, LAST_DAY + 120 - felt),
        win_rate=eased(0.48, 0.58, felt, 300),
        attention=eased(1.0, 1.4, turns, 120),
        executive_access=eased(1.5, 5.0, turns, 120),
        curiosity=eased(0.06, 0.25, turns, 90),
        willingness=eased(willing - 0.1, willing, turns - 200, 200),
        satisfaction=eased(0.68, 0.82, turns, 400),
        delivery=level(between(random, 0.7, 0.95)),
    )  # fmt: skip


def _coaster(random: Random, _place: int) -> Trajectory:
    """Comfortable: the numbers are met with the people and the buying centers of old, and nothing new is begun."""
    turns = day_between(random, 400, 720)
    willing = between(random, 0.32, 0.55)
    scale = Scale(around(random, 320_000, 0.7), between(random, 15, 19), 0.68, 0.25, between(random, 25, 45))
    return Trajectory(
        "coaster", "comfort", FROM_BEFORE, turns, None, scale, _character(random, willing),
        activity=level(1.0),
        win_rate=level(0.68),
        attention=eased(1.0, 0.45, turns, 90),
        executive_access=eased(2.0, 0.0, turns - 30, 30),
        curiosity=eased(0.06, 0.0, turns - 30, 30),
        willingness=level(willing),
        satisfaction=level(between(random, 0.68, 0.85)),
        delivery=level(between(random, 0.75, 0.95)),
    )  # fmt: skip


def _decliner(random: Random, place: int) -> Trajectory:
    """Something goes wrong on one day; people meet less, then deals are lost, then fewer come up at all."""
    cause = DECLINES[place % len(DECLINES)]
    turns = day_between(random, 430, 880)
    felt = turns + 30
    willing = between(random, 0.35, 0.6)
    lost_at_large = cause != "competitor_entered"  # a competitor takes one buying center, not the account
    late_delivery = cause == "delivery_trouble"
    return Trajectory(
        "decliner", cause, FROM_BEFORE, turns, felt,
        _scale(random, deals=(10, 14), win_rate=0.52, volume=300_000), _character(random, willing - 0.1),
        activity=eased(1.0, 0.45 if lost_at_large else 0.65, felt, 150),
        win_rate=eased(0.52, 0.16 if lost_at_large else 0.46, felt - 15, 45),
        attention=eased(1.0, 0.6, felt, 120),
        executive_access=eased(3.5, 0.3, turns, 20) if cause == "supporter_left" else eased(2.5, 1.0, felt, 90),
        curiosity=eased(0.06, 0.01, turns, 60),
        willingness=eased(willing, willing - 0.3, turns, 150),
        satisfaction=eased(0.72, 0.35, turns + (20 if late_delivery else 60), 200),
        delivery=eased(0.85, 0.35, turns, 60) if late_delivery else level(between(random, 0.7, 0.9)),
    )  # fmt: skip


def _steady(random: Random, _place: int) -> Trajectory:
    """Habit: a little more or less each year, more where the customer is willing."""
    willing = between(random, 0.25, 0.75)
    ends_at = 1.0 + 1.6 * (willing - 0.5) + random.normal(0, 0.08)
    return Trajectory(
        "steady", "habit", _begins(random), None, None,
        _scale(random, deals=(7, 13), win_rate=0.46), _character(random, willing),
        activity=eased(1.0, float(max(0.4, ends_at)), 360, LAST_DAY - 360),
        win_rate=level(between(random, 0.4, 0.5)),
        attention=level(between(random, 0.7, 1.1)),
        executive_access=level(between(random, 0.5, 2.5)),
        curiosity=level(0.03 + 0.08 * willing),
        willingness=level(willing),
        satisfaction=level(between(random, 0.5, 0.8)),
        delivery=level(between(random, 0.6, 0.95)),
    )  # fmt: skip


def _prospect(random: Random, _place: int) -> Trajectory:
    """Has not bought yet: first contact within the last year, a few deals open, some already lost."""
    begins = day_between(random, LAST_DAY - 330, LAST_DAY - 60)
    willing = between(random, 0.25, 0.9)
    scale = Scale(around(random, 200_000, 0.8), between(random, 4, 9), 0.4, 0.6, between(random, 130, 220))
    return Trajectory(
        "prospect", "first_contact", begins, None, None, scale, _character(random, willing),
        activity=level(1.0),
        win_rate=level(0.0),
        attention=level(0.8),
        executive_access=level(2.5 * willing),
        curiosity=level(1.0),
        willingness=level(willing),
        satisfaction=level(0.6),
        delivery=level(0.7),
    )  # fmt: skip


def _single_product(random: Random, _place: int) -> Trajectory:
    """Spends much on one offering and wants nothing else: large today, and not growing."""
    willing = between(random, 0.05, 0.35)
    scale = Scale(around(random, 1_500_000, 0.4), between(random, 12, 16), 0.6, 0.25, between(random, 30, 55))
    return Trajectory(
        "single_product", "single_need", FROM_BEFORE, None, None, scale, _character(random, willing),
        activity=eased(1.0, between(random, 0.7, 0.95), 180, LAST_DAY - 180),
        win_rate=level(0.6),
        attention=level(0.8),
        executive_access=level(1.0),
        curiosity=level(0.0),
        willingness=level(willing),
        satisfaction=level(between(random, 0.45, 0.7)),
        delivery=level(between(random, 0.6, 0.9)),
    )  # fmt: skip


def _rebuilder(random: Random, _place: int) -> Trajectory:
    """Once let down; a new sponsor has opened the doors again, and the numbers have yet to follow."""
    let_down = day_between(random, 120, 300)
    turns = day_between(random, 800, 900)
    felt = turns + 120
    willing = between(random, 0.6, 0.85)
    return Trajectory(
        "rebuilder", "new_sponsor", FROM_BEFORE, turns, felt,
        _scale(random, deals=(8, 12), win_rate=0.48), _character(random, willing),
        activity=eased(1.0, 0.5, let_down, 150) + eased(0.0, 0.9, turns, 300),
        win_rate=eased(0.48, 0.3, let_down, 150) + eased(0.0, 0.15, felt, 240),
        attention=eased(0.9, 0.6, let_down, 90) + eased(0.0, 0.8, turns, 60),
        executive_access=eased(1.5, 0.5, let_down, 60) + eased(0.0, 5.0, turns, 30),
        curiosity=eased(0.04, 0.3, turns, 30),
        willingness=eased(willing - 0.3, willing, turns - 60, 120),
        satisfaction=eased(0.7, 0.4, let_down, 60) + eased(0.0, 0.35, turns, 200),
        delivery=eased(0.8, 0.4, let_down, 30) + eased(0.0, 0.4, turns - 120, 120),
    )  # fmt: skip


TELL: Mapping[Story, Callable[[Random, int], Trajectory]] = {
    "grower": _grower,
    "coaster": _coaster,
    "decliner": _decliner,
    "steady": _steady,
    "prospect": _prospect,
    "single_product": _single_product,
    "rebuilder": _rebuilder,
}
