"""Whether a plan is about the customer, and how soon it brings something: worked by hand."""

from datetime import date
from decimal import Decimal

from app.planning.core.centred import Action, customer_outcome_share, in_currency, pushes_product, quick_wins
from tests.planning.ground import an_objective, objectives

STARTS = date(2027, 1, 1)


def test_the_share_of_the_customers_outcomes():
    two_of_three = objectives(an_objective("a"), an_objective("b"), an_objective("c", outcome="supplier"))

    assert customer_outcome_share(two_of_three) == 2 / 3
    assert customer_outcome_share({}) is None
    assert customer_outcome_share({"customer_objectives": {"items": []}}) is None


def test_an_action_of_ours_without_a_goal_of_the_customers_pushes_a_product():
    assert pushes_product("supplier", None, {"a"})
    assert pushes_product("supplier", "ours", {"a"})
    assert not pushes_product("supplier", "a", {"a"})
    assert not pushes_product("customer", None, {"a"})


def test_quick_wins_are_due_within_two_quarters_of_the_start():
    actions = [
        Action("supplier", None, date(2027, 7, 1), has_worth=True, worth=Decimal(30)),
        Action("supplier", None, date(2027, 7, 2), has_worth=True, worth=Decimal(60)),
        Action("customer", None, date(2027, 3, 1), has_worth=True, worth=Decimal(10)),
        Action("supplier", None, date(2028, 3, 1)),
        Action("supplier", None, date(2027, 2, 1), has_worth=True),
    ]

    found = quick_wins(actions, STARTS)

    assert (found.by_worth, found.by_count, found.without_rate) == (0.4, 0.6, 1)


def test_without_actions_or_worth_there_is_no_share():
    assert quick_wins([], STARTS).by_count is None
    worthless = quick_wins([Action("supplier", None, STARTS, has_worth=True, worth=Decimal(0))], STARTS)
    assert (worthless.by_worth, worthless.by_count) == (None, 1)


def test_an_amount_without_a_rate_is_not_guessed():
    rates = {"USD": Decimal(1), "EUR": Decimal("1.1")}

    assert in_currency(Decimal(10), "EUR", rates) == 11
    assert in_currency(Decimal(10), "CHF", rates) is None
    assert in_currency(None, None, rates) is None
