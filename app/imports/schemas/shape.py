"""The TOML shape of a mapping file, every short form spelt out."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, StringConstraints

from app.infra.wire import CurrencyCode, IsoDate, SourceName, WireModel

Column = Annotated[str, StringConstraints(min_length=1)]
Mark = Annotated[str, StringConstraints(max_length=1, strip_whitespace=False)]
Plain = str | bool | int | Decimal | date


class FieldSpec(WireModel):
    """How a field is made: of a `column`, a `template` such as "{first} {last}", or a `constant`."""

    column: Column | None = None
    template: Column | None = None
    constant: Plain | None = None
    values: dict[str, Plain] = Field(default_factory=dict)
    empty: list[str] = Field(default_factory=list)
    null_when: dict[str, str | list[str]] = Field(default_factory=dict)
    factor: Annotated[Decimal, Strict(strict=False), Field(gt=0, allow_inf_nan=False)] | None = None
    currency: CurrencyCode | None = None
    currency_column: Column | None = None
    format: Column | None = None
    separator: Column | None = None
    source: SourceName | None = None
    unknown: Literal["refuse", "omit"] | None = None
    type: Literal["text", "integer", "number", "boolean"] | None = None
    required: bool = False


class RecordSpec(WireModel):
    """One file, whose rows are records of one kind."""

    kind: str
    file: Column
    external_id: FieldSpec
    fields: dict[str, FieldSpec]


class CsvSpec(WireModel):
    """How the files are written."""

    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1, strip_whitespace=False)] = ","
    encoding: Column = "utf-8"
    decimal: Mark = "."
    thousands: Mark = ""


class MappingSpec(WireModel):
    """The whole file."""

    source: SourceName
    exported_on: IsoDate | None = None
    empty: list[str] = Field(default_factory=list)
    csv: CsvSpec = CsvSpec()
    records: Annotated[list[RecordSpec], Field(min_length=1)]


def spelt_out(document: dict[str, Any]) -> dict[str, Any]:
    """The document with short forms in full: a text is a column; `attributes` and `period` hold rules."""
    records = document.get("records")
    if not isinstance(records, list):
        return document
    return {**document, "records": [_spelt_out_record(each) if isinstance(each, dict) else each for each in records]}


def _spelt_out_record(record: dict[str, Any]) -> dict[str, Any]:
    found = dict(record)
    if isinstance(found.get("external_id"), str):
        found["external_id"] = {"column": found["external_id"]}
    if isinstance(found.get("fields"), dict):
        found["fields"] = dict(_flat(found["fields"]))
    return found


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, rule in fields.items():
        if name in {"attributes", "period"} and isinstance(rule, dict):
            yield from ((f"{name}.{inner}", value) for inner, value in _flat(rule))
        else:
            yield name, {"column": rule} if isinstance(rule, str) else rule
