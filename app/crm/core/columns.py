"""Turns the body of a fact that a CRM's record came to into columns, without looking at it a second time."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_DAYS = ("created_on", "expected_close_on", "closed_on", "customer_since")
_READ: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(_DAYS, date.fromisoformat),
    "source_modified_at": datetime.fromisoformat,
}
_MONEY = {"amount": "currency", "annual_revenue": "annual_revenue_currency"}


def columns(body: Mapping[str, Any], source: str, reference: Callable[[str], Any]) -> dict[str, Any] | None:
    """The columns of a body that `core.mapping` made, as the API's own shapes would read it; None where they must.

    body: each value in its form already: bounded texts, ISO days and instants, money in at most four decimals.
    source: that of the connection. reference: makes what stands for a record of that source, by its external id.
    What the body says in a way that a CRM of its own would not (references into other systems) is not for here.
    """
    found = dict(body)
    for name, value in body.items():
        if name in _MONEY:
            found[name], found[_MONEY[name]] = (None, None) if value is None else _money(value)
        elif name in _READ and value is not None:
            found[name] = _READ[name](value)
        elif type(value) is dict and name != "attributes":
            if value["source"] != source:
                return None
            found[name] = reference(value["external_id"])
    return found


def _money(value: Mapping[str, str]) -> tuple[Decimal, str]:
    return Decimal(value["amount"]), value["currency"]
