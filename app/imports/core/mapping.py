"""What a mapping says: which file holds which kind of record, and how each field is made from a row's cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Form = Literal["text", "integer", "number", "boolean", "date", "instant", "money", "reference", "references"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the files of an export are written."""

    delimiter: str = ","
    encoding: str = "utf-8-sig"  # UTF-8, with or without a byte order mark
    decimal_mark: str = "."
    thousands_mark: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is made.

    name: the field; a dot leads into an object, as in `attributes.founded`. pieces: the text is put together from
    these, each a literal text or, where the flag is set, a column's cell; a single column is the usual case.
    values: exact texts and what they stand for; other texts stay. empty: texts that say nothing.
    null_when: column -> texts; where all columns hold one of theirs, the value is unknown.
    source: the system whose ids references give. separator: what stands between several references.
    omit_unknown: a reference to a record that does not exist is left out, and noted, instead of refusing the row.
    """

    name: str
    form: Form
    pieces: tuple[tuple[str, bool], ...]
    values: Mapping[str, str] = field(default_factory=dict)
    empty: frozenset[str] = frozenset({""})
    null_when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    factor: Decimal | None = None
    currency: str | None = None
    currency_column: str | None = None
    format: str | None = None
    separator: str = ";"
    source: str = ""
    required: bool = False
    omit_unknown: bool = False

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns that the text is made from."""
        return tuple(text for text, is_column in self.pieces if is_column)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the rule reads."""
        return (*self.own_columns, *self.null_when, *([self.currency_column] if self.currency_column else []))

    @property
    def field(self) -> str:
        """The record's field that the rule makes, or makes a part of."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class FileMapping:
    """One file, whose rows are records of one kind; `links` are the fields that name other records of that kind."""

    kind: str
    file: str
    identity: Rule
    rules: tuple[Rule, ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportMapping:
    """A whole export: files in the order in which they are read, all from one source."""

    source: str
    exported_on: date | None
    dialect: Dialect
    files: tuple[FileMapping, ...]
