"""The analytic hierarchy process: weights from pairwise judgements, and how well the judgements fit together.

A matrix is square, positive and reciprocal: a[i, j] says how many times as important i is as j, a[j, i] = 1 / a[i, j].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Saaty's mean consistency index of random matrices of 1 to 15 rows (The Analytic Hierarchy Process, 1980, p. 21).
SAATY: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
ACCEPTABLE_CR: Final = 0.1
_FITS: Final = 1e-9  # a judgement that departs less from its weights fits them


@dataclass(frozen=True, slots=True)
class Priorities:
    """What a matrix says.

    weights: above 0, sum 1. lambda_max: the principal eigenvalue, at least the number of rows. ci, cr: from 0 up;
    0 when the judgements fit together perfectly, as one or two criteria always do.
    """

    weights: Floats
    lambda_max: float
    ci: float
    cr: float

    @property
    def acceptable(self) -> bool:
        """Whether the judgements fit together well enough by Saaty's rule."""
        return self.cr <= ACCEPTABLE_CR


@dataclass(frozen=True, slots=True)
class Deviation:
    """A judgement of row `a` over row `b`, and what the weights of all judgements say instead."""

    a: int
    b: int
    ratio: float
    implied: float


def reciprocal_matrix(ratios: Sequence[float] | Floats, count: int) -> Floats:
    """The matrix of `count` rows whose upper triangle, row by row, is `ratios`: count * (count - 1) / 2 of them."""
    matrix = np.ones((count, count))
    above = np.triu_indices(count, 1)
    matrix[above] = ratios
    matrix.T[above] = 1.0 / np.asarray(ratios, dtype=np.float64)
    return matrix


def priorities(matrix: Floats) -> Priorities:
    """Weights by the principal eigenvector, with Saaty's consistency index and ratio.

    ci = (lambda_max - n) / (n - 1), cr = ci / random_index(n); both 0 for n of 1 and 2, which cannot be inconsistent.
    Source: T. L. Saaty, The Analytic Hierarchy Process, 1980.
    """
    count = len(matrix)
    if count == 1:
        return Priorities(np.ones(1), 1.0, 0.0, 0.0)
    values, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(values.real))
    # By Perron and Frobenius it is real and of one sign; which sign, the solver chooses.
    vector = np.abs(vectors[:, principal].real)
    lambda_max = max(float(values[principal].real), float(count))
    ci = (lambda_max - count) / (count - 1)
    cr = 0.0 if count == 2 else ci / random_index(count)
    return Priorities(vector / vector.sum(), lambda_max, 0.0 if count == 2 else ci, cr)


def random_index(count: int) -> float:
    """The mean consistency index of random matrices of `count` rows.

    Up to 15 Saaty's own figures (1980); beyond, from the mean lambda_max that Alonso and Lamata fitted (Consistency in
    the analytic hierarchy process: a new approach, 2006): 2.7699 n - 4.3513.
    """
    if count <= len(SAATY):
        return SAATY[count - 1]
    return (2.7699 * count - 4.3513 - count) / (count - 1)


def joint_ratios(ratios: Floats) -> Floats:
    """The judgements of a group: the geometric mean of each, which alone keeps them reciprocal.

    ratios: people x judgements, at least one of each person. Source: Aczél and Saaty, Procedures for synthesizing ratio
    judgements, 1983 (aggregation of individual judgements).
    """
    return np.asarray(np.exp(np.log(ratios).mean(axis=0)), dtype=np.float64)


def most_inconsistent(matrix: Floats, weights: Floats, most: int = 3) -> list[Deviation]:
    """The judgements that depart furthest, as a factor, from the ratio of their weights; none that fit."""
    rows, columns = np.triu_indices(len(matrix), 1)
    given, implied = matrix[rows, columns], weights[rows] / weights[columns]
    apart = np.abs(np.log(given / implied))
    order = np.argsort(-apart, kind="stable")[:most]
    return [
        Deviation(int(rows[at]), int(columns[at]), float(given[at]), float(implied[at]))
        for at in order
        if apart[at] > _FITS
    ]
