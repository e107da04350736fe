"""Turns rows into answers: two columns become money, two days a period, everything else is itself."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from app.infra.records.kind import Kind

Maker = Callable[[Mapping[str, Any]], Any]


def shown(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the kind's answer."""
    whole = row if kind.derived is None else {**row, **kind.derived(row)}
    return {name: make(whole) for name, make in _makers(kind.answer, kind.table)}


@lru_cache
def _makers(answer: type[Any], table: Any) -> list[tuple[str, Maker]]:
    columns = {column.name for column in table.columns}
    return [(field.alias or name, _maker(name, columns)) for name, field in answer.model_fields.items()]


def _maker(name: str, columns: set[str]) -> Maker:
    currency = "currency" if name == "amount" else f"{name}_currency"
    if name in columns and currency in columns:
        return lambda row: None if row[name] is None else {"amount": row[name], "currency": row[currency]}
    if f"{name}_from" in columns and f"{name}_to" in columns and name not in columns:
        return lambda row: {"from": row[f"{name}_from"], "to": row[f"{name}_to"]}
    return lambda row: row[name]
