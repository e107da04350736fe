"""What chance decides, and how: when things happen, how large they are, which of several it is."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

from app.demo.core.timeline import Vector

T = TypeVar("T")


def arrivals(random: np.random.Generator, daily: Vector) -> list[int]:
    """The days (places in `daily`) on which something happens, rising.

    daily: (days,) expected number per day, not negative. The number of arrivals is the sum rounded up or down by
    chance, and they are spread evenly along it: real order books are more regular than a Poisson process.
    """
    cumulated = np.cumsum(daily)
    total = float(cumulated[-1]) if len(cumulated) else 0.0
    number = int(total + random.random())
    if number == 0 or total <= 0:
        return []
    positions = (np.arange(number) + random.random(number)) * (total / number)
    return [int(day) for day in np.minimum(np.searchsorted(cumulated, positions), len(daily) - 1)]


def within(value: float, low: float, high: float) -> float:
    """The value, or the bound that it lies beyond."""
    return float(min(max(value, low), high))


def around(random: np.random.Generator, median: float, sigma: float) -> float:
    """A log-normal amount about its median."""
    return float(median * np.exp(sigma * random.standard_normal()))


def between(random: np.random.Generator, low: float, high: float) -> float:
    return float(random.uniform(low, high))


def day_between(random: np.random.Generator, low: int, high: int) -> int:
    """A day from `low` to `high`, both included."""
    return int(random.integers(low, max(low, high) + 1))


def happens(random: np.random.Generator, probability: float) -> bool:
    return bool(random.random() < probability)


def one_of(random: np.random.Generator, options: Sequence[T]) -> T:
    """One of the options, each as likely."""
    return options[int(random.integers(len(options)))]


def some_of(random: np.random.Generator, options: Sequence[T], number: int) -> list[T]:
    """Different options, as many as asked for or as there are, in the options' order."""
    places = random.permutation(len(options))[:number]
    return [options[int(place)] for place in sorted(places)]


def weighted(random: np.random.Generator, options: Sequence[T], weights: Sequence[float]) -> T:
    """One of the options, each as likely as its weight says."""
    cumulated = [*accumulate(weights)]
    return options[bisect_right(cumulated, random.random() * cumulated[-1], hi=len(options) - 1)]
