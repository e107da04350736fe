"""What hygiene and health would be, and what becomes of figures that an event takes away."""

import numpy as np
import pytest

from app.health.core.model import HealthModel, Indicator
from app.health.core.scenarios.events import KINDS, Event
from app.health.core.scenarios.outcome import scenarios
from app.scoring.core.value_functions import Linear
from tests.health.core.scenarios.examples import ADA, BEN, OFFICE, a_deal, a_person, facts

MODEL = HealthModel(
    indicators=(
        Indicator("attainment", "revenue_attainment", "hygiene", 1, Linear(0, 1)),
        Indicator("spread", "concentration_buying_center", "health", 1, Linear(1, 0)),
        Indicator("advocacy", "advocacy", "health", 1, Linear(0, 1)),
        Indicator("plan", "days_since_plan_update", "health", 2, Linear(100, 0)),
        Indicator("outlook", "customer_growth_outlook", "health", 1, Linear(1, 5)),
    )
)
TODAY = {
    "revenue_attainment": 0.9,
    "concentration_buying_center": 0.625,
    "advocacy": 0.5,
    "days_since_plan_update": 20.0,
    "customer_growth_outlook": np.nan,
}
DEALS = (a_deal(1, "won", 75.0), a_deal(2, "won", 25.0, center=OFFICE, contact=BEN), a_deal(3, "open", 40.0))
PEOPLE = (a_person(ADA), a_person(BEN, "neutral", center=OFFICE))


def run(*events, known=TODAY, deals=DEALS, people=PEOPLE):
    return scenarios(MODEL, facts(*deals, people=people), known, list(events))


def by_key(outcome):
    return {one.indicator.key: one for one in outcome.moved}


def test_today_comes_first_and_is_scored_as_it_is():
    found = run(*(Event(kind) for kind in KINDS))

    # Spread 0.375, advocacy 0.5, plan 0.8 twice; of the outlook nothing is known.
    assert found.scores.hygiene[0] == pytest.approx(90)
    assert found.scores.health[0] == pytest.approx(100 * (0.375 + 0.5 + 2 * 0.8) / 4)
    assert found.scores.count == len(KINDS) + 1


def test_points_of_what_moves_add_up_to_the_change_of_their_side():
    found = run(*(Event(kind) for kind in KINDS))

    for one in found.outcomes:
        for side, scores in (("hygiene", found.scores.hygiene), ("health", found.scores.health)):
            points = sum(moved.points for moved in one.moved if moved.indicator.dimension == side)
            assert points == pytest.approx(scores[one.at] - scores[0], abs=1e-9)


def test_a_figure_that_an_event_takes_away_counts_as_its_worst():
    (one,) = run(Event("buying_center_lost"), deals=DEALS[:1]).outcomes

    gone = by_key(one)["spread"]
    assert (gone.after, gone.utility_before, gone.utility_after) == (None, 0.375, 0)
    assert gone.points == pytest.approx(-100 * 0.375 / 4)  # over the same weights as today


def test_attainment_falls_as_the_revenue_of_the_planned_days_does():
    (one,) = run(Event("buying_center_lost")).outcomes

    assert by_key(one)["attainment"].after == pytest.approx(0.9 * 25 / 100)
    assert by_key(one)["spread"].after == pytest.approx(1)
    assert by_key(one)["advocacy"].after == 0  # the plant's advocate is gone, the office's neutral contact is left


def test_what_is_unknown_today_stays_unknown_and_what_no_event_touches_stays():
    found = run(Event("market_worsens", decline=0.5), Event("supporter_leaves"))

    for one in found.outcomes:
        assert not {"outlook", "plan"} & set(by_key(one))
    assert np.isnan(found.scores.utilities[4]).all()


def test_a_worse_market_takes_a_point_of_the_customer_s_outlook_but_not_below_the_scale():
    (known,) = run(Event("market_worsens"), known={**TODAY, "customer_growth_outlook": 3.5}).outcomes
    (lowest,) = run(Event("market_worsens"), known={**TODAY, "customer_growth_outlook": 1.0}).outcomes

    assert by_key(known)["outlook"].after == 2.5
    assert "outlook" not in by_key(lowest)


def test_money_at_risk_names_its_deals_and_counts_those_it_cannot_value():
    unknown = a_deal(4, "open", None)
    (one,) = run(Event("buying_center_lost"), deals=(*DEALS, unknown)).outcomes

    assert (one.at_risk.revenue, one.at_risk.pipeline, one.at_risk.revenue_share) == (75, 40, 0.75)
    assert (one.at_risk.deals, one.at_risk.without_amount) == (3, 1)
    assert [at.deal.name for at in one.at_risk.largest] == ["Deal 1", "Deal 3"]
