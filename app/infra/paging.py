"""Pages of a list: a place in a sorted list that stays right while rows are added."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query
from sqlalchemy import Integer, Row, Select, and_, or_, tuple_
from sqlalchemy.engine import RowMapping
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import BigInteger

from app.infra import strict_json
from app.infra.wire import Answer
from app.kernel.errors import FieldProblem, Invalid, Malformed

T = TypeVar("T")
DEFAULT_LIMIT = 50
MAX_LIMIT = 500
_MAX_CURSOR = 2000
_INT4, _INT8 = 2**31, 2**63


class InvalidCursor(Invalid):
    """The cursor is not one of this list."""


class InvalidSort(Invalid):
    """The list cannot be sorted so."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted; `sort` names a field, led by `-` for the largest first; None is the list's own order."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    sort: str | None = None


async def _asked_page(  # a dependency that is not `async` would be given to a thread
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many, at most")] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=_MAX_CURSOR, description="`next_cursor` of the page before")] = None,
    sort: Annotated[
        str | None, Query(max_length=100, description="The field to sort by; `-field` for the largest first")
    ] = None,
) -> PageRequest:
    return PageRequest(limit, cursor, sort)


AskedPage = Annotated[PageRequest, Depends(_asked_page)]


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page's values, and the cursor of the next page if there is one."""

    data: Sequence[T]
    next_cursor: str | None


class Page(Answer, Generic[T]):
    """One page of a list."""

    data: list[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Order:
    name: str
    descending: bool
    column: ColumnElement[Any]
    has_nulls: bool

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


class Keyset:
    """How one list may be sorted, and hence paged.

    columns: what it may be sorted by, by the name on the wire. tiebreak: the column of the rows' unique id.
    default: the order when none is asked for, as `sort` would have it.
    Rows without a value come last in both directions.
    """

    def __init__(
        self, columns: Mapping[str, ColumnElement[Any]], tiebreak: ColumnElement[UUID], *, default: str
    ) -> None:
        self._columns = columns
        self._tiebreak = tiebreak
        self._default = default

    def page(self, statement: Select[Any], request: PageRequest) -> Select[Any]:
        """`statement` cut down to the page and one row more, with what the next cursor needs as two further columns."""
        order = self._order(request)
        statement = statement.add_columns(order.column.label("page_sort"), self._tiebreak.label("page_id"))
        if request.cursor is not None:
            value, row_id = _read_cursor(request.cursor, order)
            statement = statement.where(self._after(order, value, row_id))
        return statement.order_by(*self._ordering(order)).limit(request.limit + 1)

    def cut(self, rows: Sequence[Row[Any]], request: PageRequest, read: Callable[[Row[Any]], T]) -> Slice[T]:
        """The page that `rows`, selected by `page`, hold; `read` makes a value of each."""
        kept = rows[: request.limit]
        if len(rows) <= request.limit:
            return Slice([read(row) for row in kept], None)
        return Slice([read(row) for row in kept], self.after(request, kept[-1].page_sort, kept[-1].page_id))

    def after(self, request: PageRequest, value: object, row_id: UUID) -> str:
        """The cursor of the page behind the row of this value of the order's and this id."""
        return _cursor(self._order(request), value, row_id)

    def _order(self, request: PageRequest) -> _Order:
        asked = self._default if request.sort is None else request.sort
        name = asked.removeprefix("-")
        if name not in self._columns:
            allowed = ", ".join(sorted(self._columns))
            problem = FieldProblem(
                "/query/sort", "unknown_sort", f"sort by one of: {allowed}; with - for the largest first"
            )
            raise InvalidSort("the list cannot be sorted by this", errors=[problem])
        column = self._columns[name]
        nullable = getattr(column, "nullable", True)  # an expression may be null
        return _Order(name, asked.startswith("-"), column, nullable)

    def _after(self, order: _Order, value: object, row_id: UUID) -> ColumnElement[bool]:
        """The rows behind the cursor's."""
        behind_id = self._tiebreak < row_id if order.descending else self._tiebreak > row_id
        if value is None:
            return and_(order.column.is_(None), behind_id)
        here, there = tuple_(order.column, self._tiebreak), (value, row_id)
        behind = here < there if order.descending else here > there
        return or_(behind, order.column.is_(None)) if order.has_nulls else behind

    def _ordering(self, order: _Order) -> list[ColumnElement[Any]]:
        if not order.descending:  # PostgreSQL's ascending order has nulls last by itself
            return [order.column.asc(), self._tiebreak.asc()]
        first = order.column.desc()
        return [first.nulls_last() if order.has_nulls else first, self._tiebreak.desc()]


def by_name(row: Row[Any]) -> RowMapping:
    """A row's values by their columns' names, for `Keyset.cut`."""
    return row._mapping  # noqa: SLF001  # SQLAlchemy's public name for it


def _cursor(order: _Order, value: object, row_id: UUID) -> str:
    place = orjson.dumps([str(order), value, row_id], default=str)
    return urlsafe_b64encode(place).rstrip(b"=").decode("ascii")


def _read_cursor(cursor: str, order: _Order) -> tuple[object, UUID]:
    """The sort value (None: the row had none) and id of the last row of the page before."""
    try:
        place = strict_json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        sort, value, row_id = place
        if sort != str(order):
            raise _invalid_cursor("the cursor belongs to a list sorted otherwise")
        return None if value is None else _value_of(value, order.column), UUID(row_id)
    except (NotBase64, ValueError, TypeError, AttributeError, ArithmeticError, Malformed):
        raise _invalid_cursor("take it from next_cursor of the page before, as it is") from None


def _invalid_cursor(message: str) -> InvalidCursor:
    return InvalidCursor(
        "start again without a cursor", errors=[FieldProblem("/query/cursor", "invalid_cursor", message)]
    )


def _value_of(value: object, column: ColumnElement[Any]) -> object:
    kind = column.type.python_type
    if kind is int:
        return _integer(value, column)
    return _READERS[kind](value)


def _integer(value: object, column: ColumnElement[Any]) -> int:
    bound = _INT8 if isinstance(column.type, BigInteger) or not isinstance(column.type, Integer) else _INT4
    if type(value) is not int or not -bound <= value < bound:
        raise ValueError("not an integer of this column")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: object) -> float:
    if type(value) not in {int, float}:
        raise TypeError("not a number")
    return float(value)  # type: ignore[arg-type]  # of the two types just named


def _decimal(value: object) -> Decimal:
    number = Decimal(_text(value))
    if not number.is_finite() or abs(number.adjusted()) > 1000:
        raise InvalidOperation
    return number


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not a boolean")
    return value


def _instant(value: object) -> datetime:
    instant = datetime.fromisoformat(_text(value))
    if instant.tzinfo is None:
        raise ValueError("an instant without its offset")
    return instant


_READERS: dict[type, Callable[[object], object]] = {
    str: _text,
    float: _number,
    bool: _truth,
    Decimal: _decimal,
    date: lambda value: date.fromisoformat(_text(value)),
    datetime: _instant,
    UUID: lambda value: UUID(_text(value)),
}
