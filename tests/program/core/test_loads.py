"""What managers look after, what their hours go into, and what hangs on them."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.program.core.key_person import Held, key_person_risk
from app.program.core.loads import band, effort, load
from app.program.core.time_spent import ACTIVITIES, Spent, time_spent

TIERS = ("tier_1", "tier_2", "tier_3", "tier_4")


@pytest.mark.parametrize(
    ("tier", "centers", "asked"),
    [
        ("tier_1", None, 1.0),
        ("tier_2", 1.0, 0.7),
        ("tier_3", 0.0, 0.4),
        ("tier_4", 1.0, 0.4),
        ("gone", 1.0, 0.4),
        ("tier_1", 3.0, 1.2),
        ("tier_2", 40.0, 0.7 * 1.5),
    ],
)
def test_an_account_asks_for_effort_by_its_tier_and_how_many_centers_buy(tier, centers, asked):
    assert effort(tier, TIERS, centers) == pytest.approx(asked)


@pytest.mark.parametrize(
    ("accounts", "told"), [(0, "under"), (4, "under"), (5, "within"), (10, "within"), (11, "over")]
)
def test_the_band_of_five_to_ten_includes_both_ends(accounts, told):
    """The band: Key Account Management: The Ultimate Guide."""
    assert band(accounts) == told


def test_eight_accounts_of_the_first_tier_are_all_that_one_can_do():
    found = load([("tier_1", 1.0)] * 8)

    assert (found.accounts, found.share, found.band, found.by_tier) == (8, 1.0, "within", {"tier_1": 8})


def test_hours_tell_dedication_and_whether_coordinating_crowds_strategy_out():
    found = time_spent(
        [
            Spent("joint_roadmap", 10, for_key_account=True),
            Spent("escalations", 10, for_key_account=False),
            Spent("data_analysis", 5, for_key_account=True),
            Spent("internal_coordination", 15, for_key_account=None),
        ]
    )

    assert (found.hours, found.dedication, found.coordination) == (40, 15 / 25, 15 / 40)
    assert (found.reactive, found.growth) == (0.25, 0.25)
    assert found.crowded_out is False  # as many hours as on strategy are not more
    assert (found.tacked_on(2), found.tacked_on(0)) == (True, None)


def test_without_hours_nothing_is_said_of_time():
    found = time_spent([])

    assert (found.dedication, found.coordination, found.crowded_out, found.tacked_on(3)) == (None, None, None, None)
    assert found.by_activity == {}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(Spent, st.sampled_from(ACTIVITIES), st.floats(0.25, 168), st.sampled_from((True, False, None))),
        min_size=1,
    )
)
def test_the_activities_share_all_of_the_time(entries):
    found = time_spent(entries)

    assert sum(found.by_activity.values()) == pytest.approx(1)
    assert sum(share or 0.0 for share in (found.reactive, found.growth, found.coordination)) <= 1 + 1e-9


def held(number, **fields):
    usual: dict[str, Any] = {
        "tier": "tier_1", "effort": 1.0, "revenue": 100.0, "contacts": 4, "alone": 3, "advocates_alone": 1,
        "executives_alone": 2, "sponsored": False, "second_function": False,
    }  # fmt: skip
    return Held(UUID(int=number), **usual | fields)


def test_what_only_one_person_holds_is_lost_with_them():
    risk = key_person_risk(
        [
            held(1),
            held(2, revenue=300.0, sponsored=True),
            held(3, revenue=None),
            held(4, revenue=50.0, second_function=True),
        ]
    )

    assert (risk.contacts, risk.contacts_alone, risk.advocates_alone, risk.executives_alone) == (16, 12, 4, 8)
    assert (risk.without_sponsor, risk.without_second_function, risk.by_one_person) == (3, 3, 2)
    assert risk.revenue_by_one_person == 100.0
    assert risk.share == pytest.approx(100 / 450)


def test_where_no_work_of_functions_is_recorded_it_is_unknown_and_an_account_hangs_on_its_manager_all_the_same():
    risk = key_person_risk([held(1, second_function=None, revenue=None)])

    assert (risk.without_second_function, risk.by_one_person) == (None, 1)
    assert (risk.revenue_by_one_person, risk.share) == (None, None)
    assert key_person_risk([]).revenue_by_one_person == 0
