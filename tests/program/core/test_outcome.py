"""What a portfolio comes to: who was left out and why, loads and their band, the eligible tiers, the JSON of it all."""

from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from app.program.core.concentration import concentration
from app.program.core.documents import entry_figures, plan_document, plan_from, result_document
from app.program.core.eligibility import open_tiers
from app.program.core.outcome import band, outcome
from app.program.core.plan import Candidate, Plan, Resource, Tier, usual_tiers
from tests.program.core.test_solving import account, kams, plenty

TIER = Tier("a", 1.0, 1.0, minimum_composite=40.0)


def why(candidates, plan):
    solved = outcome(candidates, plan, plenty)
    return {entry.candidate.account_id.int: entry.why for entry in solved.entries}


def test_each_account_that_is_left_out_has_its_reason():
    candidates = [
        account(1, 90.0),
        account(2, 80.0),
        account(3, 39.0),
        Candidate(UUID(int=4)),
        account(5, 95.0, ineligible=True),
    ]

    reasons = why(candidates, Plan((TIER,), kams(1.0)))

    assert reasons[1] is None
    assert (reasons[2].reason, reasons[2].composite_needed) == ("displaced", 90.0)
    assert [(one.constraint, one.name) for one in reasons[2].by] == [("kam_capacity", None)]
    # The relaxation asks 80 for a place at the margin or 90 at most: whoever is left out is not worth more than that.
    assert -10.0 <= reasons[2].reduced_cost <= 0.0
    assert [(one.minimum, one.needed, one.actual) for one in reasons[3].below] == [("minimum_composite", 40.0, 39.0)]
    assert (reasons[4].reason, reasons[5].reason) == ("no_score", "ineligible")


@pytest.mark.parametrize(
    ("tier", "resources", "budget", "expected"),
    [
        (Tier("a", 1.0, 1.0, maximum_accounts=1), (), None, ("tier_maximum", "a", 1.0)),
        (Tier("a", 1.0, 1.0, cost=Decimal(10)), (), Decimal(15), ("budget", None, 5.0)),
        (Tier("a", 1.0, 1.0, resources={"r": 3.0}), (Resource("r", 4.0),), None, ("resource", "r", 2.0)),
    ],
)
def test_the_constraint_that_has_no_room_is_named_with_what_is_lacking(tier, resources, budget, expected):
    reasons = why([account(1, 90.0), account(2, 80.0)], Plan((tier,), kams(8.0), resources, budget))

    (by,) = reasons[2].by
    assert (by.constraint, by.name, by.lacking) == expected


def test_an_account_that_would_add_nothing_is_not_selected():
    assert why([account(1, 0.0)], Plan((Tier("a", 1.0, 1.0),), kams(8.0)))[1].reason == "no_gain"


def test_accounts_take_their_own_tier_or_one_below_and_emerging_ones_theirs_alone():
    plan = Plan(usual_tiers(("tier_1", "tier_2"), 1), kams(8.0))

    opened = {
        tier: list(open_tiers(account(1, 50.0, tier=tier), plan))
        for tier in ("tier_1", "tier_2", "standard", "emerging")
    }

    assert opened == {"tier_1": [0, 1], "tier_2": [1], "standard": [], "emerging": [2]}


def test_nobody_displaces_an_emerging_account():
    strong = [account(number, 95.0, tier="tier_1") for number in range(1, 10)]
    emerging = account(10, 50.0, tier="emerging")

    solved = outcome([*strong, emerging], Plan(usual_tiers(("tier_1",), 1), kams(8.0)), plenty)

    tiers = {entry.candidate.account_id.int: entry.tier for entry in solved.entries}
    assert tiers[10] == "emerging"
    assert list(tiers.values()).count("tier_1") == 8


def test_loads_are_held_against_the_band_of_accounts_per_kam():
    plan = Plan((Tier("a", 1.0, 0.5),), kams(10.0))

    solved = outcome([account(number, 50.0) for number in range(1, 12)], plan, plenty)

    (load,) = solved.loads
    assert (load.accounts, load.load, load.band, solved.too_thin) == (11, 5.5, "over", True)
    assert [band(accounts) for accounts in (4, 5, 10, 11)] == ["under", "within", "within", "over"]


def test_plans_survive_their_json():
    plan = Plan(
        (*usual_tiers(("tier_1", "tier_2"), 2), Tier("x", 1.5, 0.3, cost=Decimal("12.34"), resources={"r": 1.0})),
        kams(5.0, 8.0),
        (Resource("r", 3.0),),
        budget=Decimal("99999999999999.9999"),
        keep_kams=True,
        must={UUID(int=1): None, UUID(int=2): "x"},
        minimum_composite=12.5,
    )

    assert plan_from(plan_document(plan)) == plan


def test_the_figures_of_the_whole_add_up():
    plan = Plan((TIER, Tier("b", 0.5, 0.5, cost=Decimal("1.10"))), kams(1.5), budget=Decimal(5))
    solved = outcome([account(1, 90.0), account(2, 80.0), account(3, 10.0)], plan, plenty)

    document = result_document(solved, plan, "EUR")

    assert document["objective"] == sum(tier["worth"] for tier in document["tiers"]) == 130.0
    assert document["selected"] + sum(document["left_out"].values()) == document["candidates"] == 3
    assert document["budget"]["used"] == {"amount": "1.10", "currency": "EUR"}
    assert sum(entry_figures(entry)["worth"] for entry in solved.entries) == document["objective"]


def test_concentration_is_of_all_accounts_and_their_known_revenue():
    ids = [UUID(int=number) for number in range(1, 6)]

    found = concentration(ids, np.array([60.0, 20.0, 20.0, np.nan, -5.0]), {ids[0], ids[1]})

    assert (found.account_share, found.revenue_share, found.unknown) == (0.4, 0.8, 1)
    assert found.hhi == pytest.approx(0.75**2 + 0.25**2)


def test_nothing_has_no_concentration():
    found = concentration([], np.zeros(0), set())

    assert (found.account_share, found.revenue_share, found.hhi) == (None, None, None)
