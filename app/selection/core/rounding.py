"""How figures are rounded when they are written, and never before."""

import math

import numpy as np
import numpy.typing as npt

DECIMALS = 4


def rounded(array: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The array to 4 decimals; NaN stays, and -0.0 becomes 0.0."""
    result = np.round(array, DECIMALS)
    result += 0.0
    return result


def rounded_or_none(figure: float) -> float | None:
    """One figure in just the same way, None for NaN."""
    return None if math.isnan(figure) else round(figure * 10**DECIMALS) / 10**DECIMALS
