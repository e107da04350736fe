"""Reads one column of a page of records: where its values stand, and what a rule makes of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.crm.core.mapping_plan import Once
from app.crm.core.paths import Unreadable, at, read_found
from app.crm.core.spec import Field, Json
from app.crm.core.values import Misfit

Record = Mapping[str, Json]
Column = list[Any]
Rule = Callable[[Any], Any]

_SIGNS = frozenset("+[|")


class NotPlain(ValueError):
    """A value that says more than a column can hold."""


class Cast:
    """What a rule makes of the values of a column; one that comes again is not worked on again.

    Values that are equal are not always alike (1, 1.0 and true), so each type is kept by itself.
    """

    __slots__ = ("flags", "floats", "rule", "texts")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.texts, self.floats, self.flags = Once(rule), Once(rule), Once(rule)

    def __call__(self, column: Column) -> Column:
        """Each value as the rule has it; None stays None. Raises what the rule raises."""
        texts, floats, flags, rule = self.texts, self.floats, self.flags, self.rule
        return [
            texts[value] if type(value) is str
            else None if value is None
            else floats[value] if type(value) is float
            else flags[value] if type(value) is bool
            else rule(value)
            for value in column
        ]  # fmt: skip


class Texts:
    """The same of texts that are taken as they stand: most of them are like no other."""

    __slots__ = ("longest", "rule")

    def __init__(self, rule: Rule, longest: int) -> None:
        self.rule = rule
        self.longest = longest

    def __call__(self, column: Column) -> Column:
        longest, rule = self.longest, self.rule
        return [
            (value.strip() or None)
            if type(value) is str and len(value) <= longest and value.isascii() and "\x00" not in value
            else None if value is None
            else rule(value)
            for value in column
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A column: where its values stand, what is made of them, and whether each record must have one."""

    standing: Callable[[Sequence[Record]], Column]
    cast: Callable[[Column], Column]
    needed: bool = False


def told(field_: Field, rule: Rule, *, needed: bool = False, longest: int = 0) -> Told:
    """The column of a field. rule: makes a value of what the field's transform reads; raises Misfit or NotPlain.

    longest: of texts that need no other rule; 0 for all else.
    """
    if field_.constant is not None:
        return Told(lambda records: [field_.constant] * len(records), Cast(rule), needed)

    def made(value: Json) -> Any:
        return None if value == "" else rule(read_found(field_, value))

    plain = longest and field_.transform == "text"
    return Told(_standing(field_.path), Texts(made, longest) if plain else Cast(made), needed)


def told_of(field_: Field | None, rule: Rule) -> Told | None:
    """The same of a field that a connection may not have."""
    return None if field_ is None else told(field_, rule)


def _standing(path: str) -> Callable[[Sequence[Record]], Column]:
    """What stands at the path in each record, as `paths.at` finds it; in the usual cases without asking it."""
    head, _, rest = path.partition(".")
    if not path or "." in rest or not _SIGNS.isdisjoint(path):
        return lambda records: [at(record, path) for record in records]
    if not rest:
        return lambda records: [record.get(path) for record in records]
    return lambda records: [
        inner.get(rest) if type(inner := record.get(head)) is dict and path not in record else at(record, path)
        for record in records
    ]


@dataclass(slots=True)
class Page:
    """A page that is being read: its records, our columns so far, and the places of the records that are left out."""

    records: Sequence[Record]
    columns: dict[str, Column] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)

    def read(self, column: Told | None) -> Column:
        """The column as its rule has it; a record whose value does not fit is left out. Of none, nothing."""
        if column is None:
            return [None] * len(self.records)
        found = column.standing(self.records)
        try:
            cast = column.cast(found)
        except (Misfit, Unreadable, NotPlain):
            cast = [self._one(column, place, value) for place, value in enumerate(found)]
        if column.needed and None in cast:
            self.leave(place for place, value in enumerate(cast) if value is None)
        return cast

    def _one(self, column: Told, place: int, value: Json) -> Any:
        try:
            return column.cast([value])[0]
        except (Misfit, Unreadable, NotPlain):
            self.left.add(place)
            return None

    def leave(self, places: Iterable[int]) -> None:
        self.left.update(places)
