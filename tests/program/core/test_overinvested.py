"""Which accounts get more than they are worth."""

from typing import Any
from uuid import UUID

import pytest

from app.program.core.overinvested import Invested, overinvested

TIERS = ("tier_1", "tier_2", "tier_3")


def invested(number, **fields):
    usual: dict[str, Any] = {
        "tier": "tier_2",
        "cost": 100.0,
        "entitled": 100.0,
        "score_tier": "tier_2",
        "quadrant": "invest",
    }
    return Invested(UUID(int=number), **usual | fields)


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"cost": 150.0, "score_tier": "tier_3"}, (("beyond_entitlement",), ("score_in_lower_tier",))),
        ({"cost": 150.0}, None),  # dear, and worth it
        ({"score_tier": "standard"}, None),  # worth less, and no dearer than its tier
        ({"cost": 150.0, "score_tier": None, "quadrant": None}, None),  # nothing is known of its worth
        ({"cost": 150.0, "quadrant": "serve"}, (("beyond_entitlement",), ("low_on_both_sides",))),
        ({"cost": 150.0, "score_tier": "tier_1"}, None),
        ({"cost": 150.0, "score_tier": "emerging"}, (("beyond_entitlement",), ("score_in_lower_tier",))),
        (
            {"tier": "standard", "entitled": 0.0, "score_tier": "standard"},
            (("beyond_entitlement",), ("not_a_key_account",)),
        ),
    ],
)
def test_an_account_is_overinvested_that_is_dearer_than_its_tier_and_worth_less(fields, reasons):
    found = overinvested([invested(1, **fields)], TIERS)

    assert [(one.cost_reasons, one.value_reasons) for one in found] == ([] if reasons is None else [reasons])


def test_the_median_of_a_tier_counts_from_three_accounts_on_and_the_largest_excess_comes_first():
    low = {"score_tier": "tier_3"}
    accounts = [
        invested(1, cost=300.0, entitled=300.0, **low),
        invested(2),
        invested(3),
        invested(4, tier="tier_1", cost=90.0, entitled=80.0, **low),
        invested(5, tier="tier_1", cost=900.0, entitled=900.0, **low),
    ]

    found = overinvested(accounts, TIERS)

    assert [(one.invested.account_id.int, one.tier_median, one.excess, one.cost_reasons) for one in found] == [
        (1, 100.0, 200.0, ("above_tier_median",)),
        (4, None, 10.0, ("beyond_entitlement",)),
    ]
