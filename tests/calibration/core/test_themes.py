"""Themes: what each counts to each side, which goals are left, and which mappings are refused."""

import pytest

from app.calibration.core.exchange import commitments, exchange_ratio, exchanges
from app.calibration.core.potential import Pair, alignment
from app.calibration.core.revealed import Revealed, Submission
from app.calibration.core.themes import Theme, UnusableGoals, alone, check_named, check_themes, pair_of, unmapped


def a_side(goals, gives=(), expects=()):
    """Goals by importance, commitments by level and the goal that they serve, how important the expectations are."""
    beside = {"goal": None, "description": None}
    return Submission.of(
        {
            "goals": [
                {"key": key, "title": key, "importance": value, "horizon": "long", "theme": None, "description": None}
                for key, value in goals.items()
            ],
            "commitments": [
                {**beside, "key": key, "title": key, "level": level, "goal": goal}
                for key, (level, goal) in dict(gives).items()
            ],
            "expectations": [
                {**beside, "key": str(at), "title": "-", "importance": each} for at, each in enumerate(expects)
            ],
        }
    )


REVEALED: Revealed = {
    "supplier": a_side(
        {"reach": 5, "margin": 2}, {"expert": (5, "reach"), "visits": (2, "reach"), "price": (3, None)}, [3, 4]
    ),
    "customer": a_side({"uptime": 4, "speed": 3, "price": 5}, {"data": (4, "uptime")}, [5, 5, 5]),
}


NOTHING: Revealed = {"supplier": a_side({}), "customer": a_side({})}


def gap(themes):
    found = commitments(themes, REVEALED)
    assert found is not None
    return found.asymmetry


def a_theme(name="Growth", supplier=(), customer=()):
    return Theme(name, {"supplier": supplier, "customer": customer})


def test_a_theme_counts_as_much_as_its_most_important_goal():
    theme = a_theme(supplier=["reach", "margin"], customer=["uptime", "speed"])
    assert pair_of(theme, REVEALED) == Pair(5, 4)
    assert pair_of(a_theme(supplier=["margin"]), REVEALED) == Pair(2, 0)


def test_goals_that_are_in_no_theme_are_shared_by_nobody():
    left = unmapped([a_theme(supplier=["reach"], customer=["uptime"])], REVEALED)
    assert {party: [goal.key for goal in goals] for party, goals in left.items()} == {
        "supplier": ["margin"],
        "customer": ["speed", "price"],
    }
    assert alone(left) == [Pair(2, 0), Pair(0, 3), Pair(0, 5)]
    # min 4; max 5 + 2 + 3 + 5
    found = alignment([Pair(5, 4), *alone(left)])
    assert found is not None
    assert found.potential == pytest.approx(100 * 4 / 15)


@pytest.mark.parametrize(
    ("themes", "pointers"),
    [
        ([a_theme(supplier=["uptime"])], {"/themes/0/supplier_goals/0": "unknown_goal"}),
        ([a_theme(supplier=["reach", "reach"])], {"/themes/0/supplier_goals/1": "named_twice"}),
        ([a_theme()], {"/themes/0/supplier_goals": "no_goal", "/themes/0/customer_goals": "no_goal"}),
        (
            [a_theme(supplier=["reach"]), a_theme("growth", supplier=["reach"])],
            {"/themes/1/name": "named_twice", "/themes/1/supplier_goals": "in_two_themes"},
        ),
    ],
)
def test_a_mapping_that_cannot_be_says_where(themes, pointers):
    with pytest.raises(UnusableGoals) as refused:
        check_themes(themes, REVEALED)
    assert {each.pointer: each.code for each in refused.value.errors} == pointers


def test_a_joint_opportunity_names_a_goal_of_each_side():
    check_named({"supplier": ["reach"], "customer": ["speed"]}, REVEALED, of_both=True)
    with pytest.raises(UnusableGoals) as refused:
        check_named({"supplier": ["reach"], "customer": []}, REVEALED, of_both=True)
    assert [each.pointer for each in refused.value.errors] == ["/customer_goals"]


def test_commitments_are_compared_theme_by_theme():
    theme = a_theme(supplier=["reach"], customer=["uptime"])
    # growth: 5 (the stronger of two) against 4; the price alone: 3 against nothing. (5 + 3 - 4) / (5 + 3)
    assert gap([theme]) == pytest.approx(4 / 8)
    # without themes each of the four stands alone: (5 + 2 + 3 - 4) / 14
    assert gap([]) == pytest.approx(6 / 14)
    assert commitments([theme], NOTHING) is None


def test_a_side_that_seeks_far_more_than_it_offers_is_told():
    ours, theirs = exchanges(REVEALED)
    assert (ours.sought, ours.offered, ours.asymmetry, ours.seeks_more) == (7, 10, -0.3, False)
    assert (theirs.sought, theirs.offered, theirs.seeks_more) == (15, 4, True)
    assert theirs.asymmetry == pytest.approx(11 / 15)
    assert exchanges(NOTHING)[0].asymmetry is None
    assert exchange_ratio([ours, theirs]) == 0.4
    assert exchange_ratio(exchanges(NOTHING)) is None
    assert exchange_ratio([]) is None
