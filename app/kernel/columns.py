"""Columns of values of one kind, as they are kept: numpy arrays, in which no object is made for any value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt

Kind = Literal["float8", "int4", "date", "bool", "text", "uuid"]
Known = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a kind in each row, or one array of them.

    values: (rows,), or (rows, length) of arrays; of text (rows,) places among `names`, of uuid (rows, 16) bytes.
    known: of the same shape (of uuid (rows,)), False for NULL.
    """

    kind: Kind
    values: npt.NDArray[Any]
    known: Known
    names: Sequence[str] = ()

    @property
    def array(self) -> bool:
        """Whether each row has an array of values."""
        return self.known.ndim == 2

    def __len__(self) -> int:
        return len(self.values)

    def part(self, rows: slice) -> "Column":
        """The same of some rows."""
        return Column(self.kind, self.values[rows], self.known[rows], self.names)


def numbers(values: npt.NDArray[np.float64]) -> Column:
    """Numbers, or arrays of them; NaN is NULL."""
    return Column("float8", values, ~np.isnan(values))


def whole_numbers(values: npt.NDArray[np.int64], known: Known | None = None) -> Column:
    """Whole numbers, or arrays of them."""
    return Column("int4", values, np.ones(values.shape, dtype=np.bool_) if known is None else known)


def days(values: npt.NDArray[np.datetime64]) -> Column:
    """Days, or arrays of them; NaT is NULL."""
    return Column("date", values.astype("datetime64[D]"), ~np.isnat(values))


def flags(values: npt.NDArray[np.bool_]) -> Column:
    """True or false."""
    return Column("bool", values, np.ones(values.shape, dtype=np.bool_))


def named(places: npt.NDArray[np.integer[Any]], names: Sequence[str]) -> Column:
    """Names by their places among `names`; a place behind the last is NULL."""
    return Column("text", places, places < len(names), names)


def texts(values: Sequence[str | None]) -> Column:
    """Texts of which many are alike."""
    names = sorted({value for value in values if value is not None})
    places = {None: len(names)} | {name: place for place, name in enumerate(names)}
    return named(np.array([places[value] for value in values], dtype=np.int64), names)


def ids(values: Sequence[UUID | None]) -> Column:
    """Ids."""
    nothing = bytes(16)
    packed = b"".join([nothing if value is None else value.bytes for value in values])
    known = np.array([value is not None for value in values], dtype=np.bool_)
    return Column("uuid", np.frombuffer(packed, dtype=np.uint8).reshape(-1, 16), known)


def repeated(value: Column, rows: int) -> Column:
    """A column of one row as one of many that are alike."""
    return Column(value.kind, np.repeat(value.values, rows, axis=0), np.repeat(value.known, rows, axis=0), value.names)
