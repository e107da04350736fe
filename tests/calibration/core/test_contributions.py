"""The index of what is put into the customer's own planning."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.calibration.core.contributions import Contribution, index

TODAY = date(2026, 12, 31)


def ago(days, kind="market_insight", *, taken=True):
    return Contribution(kind, TODAY - timedelta(days=days), taken)


def test_an_insight_counts_once_it_is_in_their_plan_and_for_a_year():
    found = index([ago(0), ago(364), ago(365), ago(-1), ago(9, taken=False), ago(9, "strategy_session")], TODAY)

    assert (found.insights, found.insights_in_plan, found.sessions) == (3, 2, 1)
    assert found.index == 37.5  # half of the insights, a quarter of the sessions, each half of the whole


def test_nothing_contributed_is_nought_and_one_of_each_per_quarter_is_all():
    everything = [ago(90 * number, kind) for number in range(4) for kind in ("market_insight", "strategy_session")]

    assert index([], TODAY).index == 0
    assert index(everything, TODAY).index == 100
    assert index([*everything, *everything], TODAY).index == 100
    assert index(everything[::2], TODAY).index == 50


CONTRIBUTION = st.builds(
    ago, st.integers(-10, 500), st.sampled_from(["market_insight", "strategy_session"]), taken=st.booleans()
)


@given(st.lists(CONTRIBUTION, max_size=12), CONTRIBUTION)
@settings(max_examples=40)
def test_a_further_contribution_never_lowers_it(before, more):
    assert 0 <= index(before, TODAY).index <= index([*before, more], TODAY).index <= 100
