"""How figures are rounded when they are written, and never before."""

import numpy as np
import numpy.typing as npt

DECIMALS = 4


def rounded(array: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The array to 4 decimals; NaN stays, and -0.0 becomes 0.0."""
    result = np.round(array, DECIMALS)
    result += 0.0
    return result
