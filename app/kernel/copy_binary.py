"""Columns as PostgreSQL's binary COPY reads them: all rows are laid out at once, then what is NULL is taken out."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.kernel.columns import Column

_BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
# By kind: how many bytes a value has and, of what comes in arrays, which type the server knows it by.
_WIDTHS = {"float8": 8, "int4": 4, "date": 4, "bool": 1, "uuid": 16}
_TYPES = {"float8": 701, "int4": 23, "date": 1082}
_DAY_ONE = np.datetime64("2000-01-01", "D")
_HEAD = 24  # bytes of an array before its first value

Bytes = npt.NDArray[np.uint8]
Laid = tuple[Bytes, npt.NDArray[np.bool_]]  # (rows, width): bytes, and which of them are sent


def rows(columns: Sequence[Column]) -> bytes:
    """The rows of columns of one length."""
    count = len(columns[0])
    if not count:
        return _BEGIN + _END
    laid = [_laid(column) for column in columns]
    fields = np.tile(_big(np.array([len(columns)]), ">i2"), (count, 1))
    every = np.hstack([fields, *(part for part, _ in laid)])
    sent = np.hstack([np.ones(fields.shape, dtype=np.bool_), *(part for _, part in laid)])
    return _BEGIN + every[sent].tobytes() + _END


def _laid(column: Column) -> Laid:
    if column.kind == "text":
        return _texts(column)
    return _arrays(column) if column.array else _values(column)


def _values(column: Column) -> Laid:
    """Each value behind its length, which is -1 for NULL."""
    return _behind_lengths(_plain(column), np.where(column.known, _WIDTHS[column.kind], -1))


def _texts(column: Column) -> Laid:
    """The same of texts, which are of unlike lengths."""
    names = [name.encode() for name in (*column.names, "")]
    longest = max(1, *map(len, names))
    table = np.frombuffer(b"".join(name.ljust(longest, b"\0") for name in names), np.uint8).reshape(-1, longest)
    lengths = np.where(column.known, np.array([len(name) for name in names])[column.values], -1)
    return _behind_lengths(table[column.values], lengths)


def _behind_lengths(values: Bytes, lengths: npt.NDArray[np.int64]) -> Laid:
    every = np.hstack([_big(lengths, ">i4"), values])
    return every, np.arange(-4, values.shape[1]) < lengths[:, None].clip(0)


def _arrays(column: Column) -> Laid:
    """Each array behind its length, its number of dimensions, whether it has NULLs, its values' type, and how many."""
    count, length = column.known.shape
    width = _WIDTHS[column.kind]
    sizes = np.where(column.known, width, -1)
    values = np.concatenate(
        [_big(sizes, ">i4").reshape(count, length, 4), _plain(column).reshape(count, length, width)], axis=2
    )
    sent = np.arange(-4, width) < sizes[:, :, None].clip(0)
    head = np.zeros((count, _HEAD // 4), dtype=np.int64)
    head[:, 0] = sent.sum(axis=(1, 2)) + _HEAD - 4 if length else 12
    head[:, 1:] = length > 0, 0, _TYPES[column.kind], length, 1
    head[:, 2] = ~column.known.all(axis=1)
    kept = np.ones((count, _HEAD), dtype=np.bool_)
    kept[:, 16:] = length > 0  # an empty array has no dimension
    flat = count, length * (4 + width)
    return np.hstack([_big(head, ">i4"), values.reshape(flat)]), np.hstack([kept, sent.reshape(flat)])


def _plain(column: Column) -> Bytes:
    """The bytes of the values, (rows, bytes), whatever they are where nothing is known."""
    values = column.values
    if column.kind == "uuid":
        return values
    if column.kind == "date":
        return _big(np.where(column.known, values - _DAY_ONE, np.timedelta64(0, "D")).astype(np.int64), ">i4")
    return _big(values, {"float8": ">f8", "int4": ">i4", "bool": "u1"}[column.kind])


def _big(values: npt.NDArray[np.generic], wire: str) -> Bytes:
    """Numbers in the order of bytes that the server reads, (rows, bytes)."""
    wide = np.ascontiguousarray(values, dtype=wire)
    return np.frombuffer(wide.tobytes(), dtype=np.uint8).reshape(len(values), wide.nbytes // max(len(values), 1))
