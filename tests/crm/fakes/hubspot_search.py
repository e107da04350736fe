"""Which records a search of a fake HubSpot means."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.crm.fakes.hubspot_records import milliseconds, read
from tests.crm.fakes.store import Record


def meant(kind: str, record: Record, groups: Sequence[Mapping[str, Any]]) -> bool:
    return not groups or any(all(_fits(kind, record, test) for test in group["filters"]) for group in groups)


def _fits(kind: str, record: Record, test: Mapping[str, Any]) -> bool:
    found = comparable(read(kind, record, test["propertyName"]))
    operator = test["operator"]
    if operator == "HAS_PROPERTY":
        return found is not None
    if operator == "IN":
        return found in [comparable(value) for value in test["values"]]
    wanted = comparable(test["value"])
    if found is None or type(found) is not type(wanted):
        return False
    tests = {"EQ": found == wanted, "NEQ": found != wanted}
    if operator in tests:
        return bool(tests[operator])
    return _in_order(operator, found, wanted)


def _in_order(operator: str, found: Any, wanted: Any) -> bool:
    return bool({"GT": found > wanted, "GTE": found >= wanted, "LT": found < wanted, "LTE": found <= wanted}[operator])


def comparable(value: Any) -> Any:
    """Times and numbers as numbers: HubSpot takes times as ISO or as milliseconds."""
    if value is None:
        return None
    text = str(value)
    if text.lstrip("-").replace(".", "", 1).isdigit():
        return float(text)
    try:
        return float(milliseconds(datetime.fromisoformat(text)))
    except ValueError:
        return text
