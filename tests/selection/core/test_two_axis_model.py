"""The second shipped model: the framework's table, on quarters of the organization's own portfolio."""

import pytest

from app.selection.core.default_model import default_model
from app.selection.core.model_documents import model_document, model_from
from app.selection.core.model_problems import check_model
from app.selection.core.two_axis_model import two_axis_model
from tests.selection.core.examples import scores, tiers


def test_it_is_valid_and_ranks_as_the_default_model_does():
    model = two_axis_model(50_000.0)
    check_model(model)
    assert model_from(model_document(model)) == model
    assert model.criteria == default_model(50_000.0).criteria
    assert model.tier_names == ("tier_1", "tier_2", "tier_3", "standard", "emerging")


# Revenue and expected spend of eight customers and two prospects, who are not among the quarters of revenue. Of the
# eight the first two have very high revenue, the next two high, and so on; of the ten, expected spend of rank r from
# the bottom stands at (r - 0.5) / 10.
BOOK = [
    ({"revenue_ltm": 900, "future_spend": 900}, "tier_1"),  # very high, 0.95: very high
    ({"revenue_ltm": 800, "future_spend": 600}, "tier_2"),  # very high, 0.65: high
    ({"revenue_ltm": 700, "future_spend": 550}, "tier_2"),  # high, 0.55: high
    ({"revenue_ltm": 600, "future_spend": 400}, "tier_3"),  # high, 0.35: medium
    ({"revenue_ltm": 500, "future_spend": 500}, "tier_3"),  # medium, 0.45: medium
    ({"revenue_ltm": 400, "future_spend": 800}, "emerging"),  # medium, 0.75: just very high
    ({"revenue_ltm": 300, "future_spend": 300}, "standard"),  # low, 0.25: just medium
    ({"revenue_ltm": 200, "future_spend": 100}, "standard"),  # low, 0.05: low
    ({"revenue_ltm": 0, "future_spend": 850}, "emerging"),  # low, 0.85: very high
    ({"revenue_ltm": 0, "future_spend": 200}, "standard"),  # low, 0.15: low
]


def test_a_small_book_by_hand():
    assert tiers(two_axis_model(None), *(account for account, _ in BOOK)) == [tier for _, tier in BOOK]


def test_below_the_organizations_threshold_only_the_high_potential_track_is_open():
    # With 550 as the threshold four customers are left to the quarters, from very high down to low.
    found = tiers(two_axis_model(550.0), *(account for account, _ in BOOK))
    assert found[:4] == ["tier_1", "tier_2", "tier_3", "standard"]
    assert found[4:] == ["standard", "emerging", "standard", "standard", "emerging", "standard"]


def test_a_prospect_is_scored_by_what_is_known_of_it():
    prospect = {"future_spend": 850, "goal_fit": 4, "customer_growth_outlook": 5, "revenue_ltm": 0}
    result = scores(two_axis_model(None), prospect, *(account for account, _ in BOOK))
    # Of opportunity, future_spend (30) and the outlook (20) in 100; of alignment, goal_fit (20) in 100.
    assert result.figures[:2, 3, 0] == pytest.approx([0.5, 0.2])
    assert result.composite[0] > 0
    assert not result.provisional[0]
