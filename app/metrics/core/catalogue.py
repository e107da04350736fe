"""The offerings of a day: which are active, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.metrics.core.measured import Mask, Vector


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Offerings, numbered from 0 by where they stand.

    price: the list price in the reporting currency, NaN without one or without a rate.
    currency: of the list price, packed into a number (see `packed`), 0 without one.
    """

    ids: Sequence[UUID]
    active: Mask
    price: Vector
    currency: NDArray[np.int64]


def catalogue(rows: Sequence[tuple[UUID, bool, float | None, str | None]]) -> Catalogue:
    """A catalogue of rows (id, active, price, the price's currency)."""
    return Catalogue(
        ids=[row[0] for row in rows],
        active=np.array([row[1] for row in rows], dtype=np.bool_),
        price=np.array([row[2] for row in rows], dtype=np.float64),
        currency=np.array([packed(row[3]) if row[3] else 0 for row in rows], dtype=np.int64),
    )


def packed(currency: str) -> int:
    """A currency's code of three letters as a number above 0."""
    first, second, third = currency.encode("ascii")
    return first << 16 | second << 8 | third


def unpacked(number: int) -> str:
    """The currency of a number."""
    return bytes((number >> 16, number >> 8 & 255, number & 255)).decode("ascii")
