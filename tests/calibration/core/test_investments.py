"""What goes beyond a level, who has to know, and what it costs: worked out by hand."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from app.calibration.core.investments import (
    Line,
    UnusableInvestments,
    acknowledged_share,
    check_lines,
    costs_per_quarter,
    open_points,
)

EXPERT, LAB = UUID(int=1), UUID(int=2)
FIRST, LATER = date(2027, 1, 1), date(2027, 7, 1)


def a_line(resource_id=EXPERT, quantity=4.0, *, entitled=4.0, function="product", reason=None, approved=False):
    return Line(resource_id, function, quantity, entitled, reason, approved)


def codes(lines, acknowledged=(), measurable=("supplier", "customer")):
    return [point.code for point in open_points(lines, acknowledged, measurable)]


def test_what_the_level_brings_needs_no_approval_and_anything_more_does():
    within, beyond = a_line(), a_line(quantity=4.01)

    assert [line.is_exception for line in (within, beyond)] == [False, True]
    assert codes([within], {"product"}) == []
    assert codes([beyond], {"product"}) == ["exceptions_not_approved"]
    assert codes([a_line(quantity=9, approved=True)], {"product"}) == []


def test_each_owning_function_has_to_know_and_each_side_to_owe_something():
    lines = [a_line(), a_line(LAB, function="service"), a_line(UUID(int=3), function="service")]

    assert acknowledged_share(lines, {"service", "legal"}) == 0.5
    assert acknowledged_share([], {"service"}) is None
    assert codes(lines, {"service"}) == ["functions_not_acknowledged"]
    assert codes([], measurable=()) == ["no_expectation_of_supplier", "no_expectation_of_customer"]


def test_lines_that_cannot_be_are_named_each_at_its_place():
    lines = [a_line(), a_line(), a_line(LAB, entitled=0, reason="new"), a_line(UUID(int=9))]
    dates = [(FIRST, None), (FIRST, LATER), (LATER, LATER), (FIRST, None)]

    with pytest.raises(UnusableInvestments) as refused:
        check_lines(lines, {EXPERT, LAB}, dates)

    assert [(one.pointer, one.code) for one in refused.value.errors] == [
        ("/investments/1/resource_id", "resource_twice"),
        ("/investments/2/until_on", "before_from_on"),
        ("/investments/3/resource_id", "unknown_resource"),
    ]


def test_costs_add_up_by_currency_and_what_has_none_is_counted():
    euros = [(2.5, Decimal("900.1"), "EUR"), (1.0, Decimal(100), "EUR")]
    costs = [*euros, (0.1, Decimal("0.15"), "USD"), (1.0, None, None)]

    assert costs_per_quarter(costs) == ({"EUR": Decimal("2350.25"), "USD": Decimal("0.02")}, 1)
