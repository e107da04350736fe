"""What is settled anew: only what differs, and a threshold in the reporting currency that stays the sum it was."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.kernel.errors import FieldProblem, Invalid
from app.tenancy.core.organization import Organization, completed

CLEARABLE = ("key_account_revenue_threshold",)


class OtherCurrency(Invalid):
    """The threshold is not in the reporting currency."""


def check_currency(before: Organization, values: Mapping[str, Any], currency: str | None) -> None:
    """Raises OtherCurrency; `currency` is that of the threshold among the values, None where there is none."""
    reporting = values.get("reporting_currency") or before.reporting_currency
    if currency not in {None, reporting}:
        problem = FieldProblem("/key_account_revenue_threshold/currency", "other_currency", f"must be {reporting}")
        raise OtherCurrency(f"the reporting currency is {reporting}", errors=[problem])
    if reporting != before.reporting_currency and before.key_account_revenue_threshold is not None:
        _check_threshold_follows(values, reporting)


def _check_threshold_follows(values: Mapping[str, Any], reporting: str) -> None:
    """A threshold must not become another sum of money because the currency changed around it."""
    if "key_account_revenue_threshold" not in values:
        problem = FieldProblem("/key_account_revenue_threshold", "missing", f"give it in {reporting}, or null")
        raise OtherCurrency("the threshold has to change with the reporting currency", errors=[problem])


def changed(before: Organization, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from what is settled."""
    return {
        name: value
        for name, value in values.items()
        if (value is not None or name in CLEARABLE) and completed(name, value) != _plain(before, name)
    }


def _plain(organization: Organization, name: str) -> Any:
    """A setting as a change would write it."""
    value = asdict(organization)[name]
    return list(value) if isinstance(value, tuple) else value
