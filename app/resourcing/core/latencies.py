"""How long approvals take: the median and the quartiles of the hours that requests waited."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Hours from request to answer.

    answered: how many were. lower_quartile, median, upper_quartile: of their hours; None without any.
    """

    answered: int
    lower_quartile_hours: float | None
    median_hours: float | None
    upper_quartile_hours: float | None


def latency(hours: Sequence[float]) -> Latency:
    """The latency of answered requests, each with the hours that it waited (0 or more).

    Quartiles are interpolated linearly between the order statistics.
    Source: Hyndman and Fan (1996), Sample quantiles in statistical packages, definition 7.
    """
    if not hours:
        return Latency(0, None, None, None)
    lower, median, upper = np.quantile(np.asarray(hours, dtype=np.float64), (0.25, 0.5, 0.75)).tolist()
    return Latency(len(hours), lower, median, upper)
