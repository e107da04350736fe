"""Values as PostgreSQL's COPY reads text: whole columns become text at once, and no object is made for a number."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import numpy as np
import numpy.typing as npt
import orjson

from app.kernel.columns import Column

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Value = str | float | bool | UUID | date | None


def field(value: Value) -> str:
    """One value."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(_ESCAPES) if isinstance(value, str) else str(value)


def numbers(column: npt.NDArray[np.float64]) -> list[str]:
    """A column of numbers, (rows,); NaN is NULL."""
    texts = _dumped(column)[1:-1].split(",") if len(column) else []
    return [NULL if text == "null" else text for text in texts]


def number_arrays(matrix: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> list[str]:
    """A column of arrays of numbers, (rows, length); NaN is NULL."""
    rows, length = matrix.shape
    if not rows or not length:
        return ["{}"] * rows
    return ["{" + row + "}" for row in _dumped(matrix)[2:-2].split("],[")]


def day_arrays(matrix: npt.NDArray[np.datetime64]) -> list[str]:
    """A column of arrays of days, (rows, length); NaT is NULL."""
    days, places = np.unique(matrix, return_inverse=True)  # few among many: each is written once
    names = np.where(np.isnat(days), "null", np.datetime_as_string(days)).astype(object)
    texts: list[list[str]] = names[places.reshape(matrix.shape)].tolist()
    return ["{" + ",".join(row) + "}" for row in texts]


def line(fields: Iterable[str]) -> str:
    """One row of fields."""
    return "\t".join(fields)


def lines(columns: Sequence[Column]) -> list[str]:
    """The rows of columns of one length."""
    return [line(fields) for fields in zip(*map(_fields, columns), strict=True)]


def _fields(column: Column) -> list[str]:
    if column.kind == "date":
        return day_arrays(column.values) if column.array else _days(column)
    if column.kind == "float8" or column.array:
        return number_arrays(column.values) if column.array else numbers(column.values)
    return [text if known else NULL for text, known in zip(_texts(column), column.known.tolist(), strict=True)]


def _days(column: Column) -> list[str]:
    found: list[str] = np.where(column.known, np.datetime_as_string(column.values), NULL).tolist()
    return found


def _texts(column: Column) -> Iterable[str]:
    """Each value, whatever stands where nothing is known."""
    if column.kind == "uuid":
        return (str(UUID(bytes=value.tobytes())) for value in column.values)
    if column.kind == "text":
        names = [*map(field, column.names), NULL]
        return (names[place] for place in column.values.tolist())
    return map(field, column.values.tolist())


def _dumped(array: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> str:
    return orjson.dumps(np.ascontiguousarray(array), option=orjson.OPT_SERIALIZE_NUMPY).decode()
