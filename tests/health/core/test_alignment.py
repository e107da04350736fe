"""Goals by parties: who does something for what, and what is lacking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.health.core.alignment import OURS, PARTIES, Held, alignment, party_of

GOALS = ("a", "b", "c")
held = st.builds(
    Held,
    goal=st.sampled_from([*GOALS, "no such goal", None]),
    kind=st.sampled_from(["action", "commitment"]),
    party=st.sampled_from(PARTIES),
)


@pytest.mark.parametrize(
    ("side", "function", "leads_sales", "is_kam", "party"),
    [
        ("customer", None, False, False, "customer"),
        ("supplier", "sales", False, False, "account_team"),
        ("supplier", "service", False, True, "account_team"),
        ("supplier", "sales", True, True, "sales_leadership"),
        ("supplier", "executive", False, False, "sales_leadership"),
        ("supplier", "legal", False, False, "organization"),
        ("supplier", None, False, False, "organization"),
    ],
)
def test_people_are_of_one_party(side, function, leads_sales, is_kam, party):
    assert party_of(side, function, leads_sales=leads_sales, is_kam=is_kam) == party


@given(st.lists(held, max_size=30))
def test_everything_is_counted_once_and_coverage_is_what_is_not_lacking(everything):
    found = alignment(GOALS, everything)

    counted = sum(cell.actions + cell.commitments for row in found.cells.values() for cell in row)
    theirs_elsewhere = sum(one.goal not in GOALS and one.party == "customer" for one in everything)
    assert counted + found.elsewhere + theirs_elsewhere == len(everything)
    lacking = sum(len(found.lacking(goal)) for goal in GOALS)
    assert found.coverage == pytest.approx(1 - lacking / (len(GOALS) * len(OURS)))
    assert 0 <= found.aligned <= len(GOALS)


def test_a_plan_without_goals_has_no_coverage():
    assert alignment([], [Held(None, "action", "account_team")]).coverage is None
