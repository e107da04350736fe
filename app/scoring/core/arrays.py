"""The array types in which values, utilities and scores travel; NaN is "unknown" or "no score" in all of them."""

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
