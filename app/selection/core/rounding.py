"""How figures are rounded when they are written, and never before."""

import numpy as np
import numpy.typing as npt

DECIMALS = 4
SCALE = 10.0**DECIMALS


def rounded(array: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The array to 4 decimals; NaN stays, and -0.0 becomes 0.0."""
    result = np.round(array, DECIMALS)
    result += 0.0
    return result


def rounded_or_none(figure: float) -> float | None:
    """One figure in just the same way, None for NaN."""
    return round(figure * SCALE) / SCALE if figure == figure else None  # noqa: PLR0124  # NaN alone differs from itself
