"""How a row of cells becomes what is said of one record, by the rules of its file."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.imports.core.cells import UnusableCell, converter
from app.imports.core.mapping import Dialect, FileMapping, Rule
from app.kernel.errors import FieldProblem, Invalid, Refusal

Cells = Sequence[str]
Places = Mapping[str, int]
Make = Callable[[Cells], Any]


class ColumnsMissing(Invalid):
    """A file lacks columns that the mapping names."""


class UnusableRow(Invalid):
    """The row does not say what a record needs."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """Makes documents of one file's rows; made by `row_reader`."""

    source: str
    rules: tuple[Rule, ...]
    unused_columns: tuple[str, ...]
    places: Places
    identify: Make
    makers: tuple[tuple[Rule, Make], ...]

    def identity(self, cells: Cells) -> str:
        """The record's id in the source. Raises UnusableRow when a part of it is empty."""
        found: str | None = self.identify(cells)
        if found is None:
            raise UnusableRow("external_id: is needed, and a column that it is made from is empty")
        return found

    def document(self, identity: str, cells: Cells) -> dict[str, Any]:
        """What the row says of the record, as the wire of facts takes it; fields without a value are null.

        Raises UnusableRow with every field that cannot be made.
        """
        document: dict[str, Any] = {"source": self.source, "external_id": identity}
        problems = []
        for rule, make in self.makers:
            try:
                value = make(cells)
            except UnusableCell as error:
                problems.append(FieldProblem(f"/{rule.name.replace('.', '/')}", "unusable_cell", error.detail))
                continue
            if value is None and rule.required:
                problems.append(FieldProblem(f"/{rule.name.replace('.', '/')}", "missing", "is needed, and empty"))
            _put(document, rule, value)
        if problems:
            raise UnusableRow(problems[0].message, errors=problems)
        return document

    def reason(self, refusal: Refusal, cells: Cells) -> str:
        """Why a row was refused, with the cells that the refused fields were made from."""
        if refusal.errors:
            return "; ".join(self._told(problem, cells) for problem in refusal.errors)
        title = "" if isinstance(refusal, UnusableRow) else f"{(type(refusal).__doc__ or '').rstrip('.')}: "
        return title + refusal.detail

    def _told(self, problem: FieldProblem, cells: Cells) -> str:
        name = problem.pointer.strip("/").replace("/", ".")
        rules = [rule for rule in self.rules if rule.name == name or rule.field == name.partition(".")[0]][:1]
        columns = dict.fromkeys(column for rule in rules for column in rule.own_columns)
        said = ", ".join(f"{column} = {quoted(cells[self.places[column]])}" for column in columns)
        return f"{name}: {problem.message}" + (f" ({said})" if said else "")


def quoted(text: str) -> str:
    """A cell's text in quotation marks, cut when it is long, without characters that a screen would obey."""
    return json.dumps(text if len(text) <= 60 else f"{text[:59]}…", ensure_ascii=not text.isprintable())


def row_reader(mapping: FileMapping, source: str, dialect: Dialect, header: Sequence[str]) -> RowReader:
    """The reader of a file with this header.

    Raises ColumnsMissing with every column that a rule names and the header lacks, or has twice.
    """
    rules = (mapping.identity, *mapping.rules)
    named = {column: rule for rule in rules for column in rule.columns}
    problems = [
        FieldProblem(f"/{rule.name}", "no_such_column", f"{_counted(header, column)} the column {quoted(column)}")
        for column, rule in named.items()
        if header.count(column) != 1
    ]
    if problems:
        told = "; ".join(f"{mapping.kind}.{problem.pointer[1:]}: {problem.message}" for problem in problems)
        has = ", ".join(quoted(column) for column in header)
        raise ColumnsMissing(f"{mapping.file}: {told}. Its columns are {has}", errors=problems)
    places = {column: place for place, column in enumerate(header)}
    return RowReader(
        source,
        mapping.rules,
        tuple(column for column in header if column not in named),
        places,
        _identifier(mapping.identity, dialect, places),
        tuple((rule, _maker(rule, dialect, places)) for rule in mapping.rules),
    )


def _counted(header: Sequence[str], column: str) -> str:
    return "the file has twice" if column in header else "the file has not"


def _identifier(rule: Rule, dialect: Dialect, places: Places) -> Make:
    """An identity is whole or none."""
    make = _maker(rule, dialect, places)
    needed = [places[column] for column in rule.own_columns]
    return lambda cells: make(cells) if all(cells[place] for place in needed) else None


def _text_of(rule: Rule, places: Places) -> Callable[[Cells], str]:
    """The text before anything is done to it; "" when all its columns are empty."""
    if len(rule.pieces) == 1:
        ((piece, is_column),) = rule.pieces
        if not is_column:
            return lambda _cells: piece
        place = places[piece]
        return lambda cells: cells[place]
    own = [places[column] for column in rule.own_columns]
    pieces = [(text, places[text] if is_column else None) for text, is_column in rule.pieces]

    def joined(cells: Cells) -> str:
        if own and not any(cells[place] for place in own):
            return ""
        return "".join(text if place is None else cells[place] for text, place in pieces).strip()

    return joined


def _maker(rule: Rule, dialect: Dialect, places: Places) -> Make:
    text_of, convert = _text_of(rule, places), converter(rule, dialect)
    empty, values = rule.empty, rule.values
    unknown = [(places[column], texts) for column, texts in rule.null_when.items()]
    finish = _with_currency(rule, places) if rule.form == "money" else None

    def make(cells: Cells) -> Any:
        text = text_of(cells)
        if text in empty or (unknown and all(cells[place] in texts for place, texts in unknown)):
            return None
        value = convert(values.get(text, text))
        return value if finish is None else finish(value, cells)

    return make


def _with_currency(rule: Rule, places: Places) -> Callable[[str, Cells], dict[str, str]]:
    if rule.currency_column is None:
        return lambda amount, _cells: {"amount": amount, "currency": rule.currency or ""}
    place = places[rule.currency_column]
    return lambda amount, cells: {"amount": amount, "currency": cells[place]}


def _put(document: dict[str, Any], rule: Rule, value: Any) -> None:
    """Put the value where it belongs; a part of an object is left out when it is unknown."""
    outer, _, inner = rule.name.partition(".")
    if not inner:
        document[outer] = value
        return
    whole = document.setdefault(outer, {} if outer == "attributes" else None)
    if value is not None:
        document[outer] = {**(whole or {}), inner: value}
