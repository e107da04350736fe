"""First signs: which there are, which lead, and which are no news."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.core.requirements import Requirement
from app.kernel.ids import AccountId, new_id
from app.retiering.core.findings import Findings, Placed, Use, found, kept, met_share, stands
from app.retiering.core.schedule import reviewed, scheduled_on
from app.retiering.core.signs import Sign, fell, leading, signs

TODAY = date(2026, 6, 30)
QUADRANTS = ("thriving", "coasting", "building", "at_risk")


def ago(days):
    return TODAY - timedelta(days=days)


def a_requirement(standing="open", *, missed_since=None, due_on=TODAY, target=0.9):
    return Requirement(
        new_id(), "customer", "They plan", "adoption", "at_least", target, due_on, standing, None, None, missed_since
    )


def findings(*requirements, use=(None, None), placed=None):
    return Findings(TODAY, tuple(found(one, None) for one in requirements), Use(*use), placed)


def seen(found_, *, last=None):
    return [(sign.trigger, sign.on) for sign in signs(found_, used_below=0.5, last_word_on=last)]


def test_what_was_there_first_leads_and_an_agreed_requirement_before_what_is_inferred_on_the_same_day():
    missed = a_requirement("missed", missed_since=ago(5))
    placed = Placed("at_risk", ago(5), "coasting", 40.0, 30.0)
    all_ = findings(missed, use=(0.1, 0.2), placed=placed)
    assert seen(all_) == [("expectation_missed", ago(5)), ("at_risk", ago(5)), ("utilization_low", TODAY)]
    assert seen(all_, last=ago(90)) == seen(all_)
    assert seen(all_, last=ago(89)) == seen(all_)[:2], "the quarter has to begin after the last word"
    assert seen(all_, last=ago(5)) == []


def test_two_quarters_in_a_row_have_to_be_known_and_low():
    assert [bool(seen(findings(use=use))) for use in ((0.4, 0.4), (0.4, 0.5), (0.5, 0.4), (0.4, None))] == [
        True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "falls"),
    [
        ("thriving", "coasting", True), ("thriving", "building", True), ("coasting", "at_risk", True),
        ("building", "coasting", False), ("coasting", "building", False), ("coasting", "thriving", False),
        (None, "coasting", False), ("thriving", None, False),
    ],
)  # fmt: skip
def test_an_account_falls_where_a_side_goes_down_and_none_rises(before, after, falls):
    assert fell(before, after) is falls


@given(st.sampled_from(QUADRANTS), st.sampled_from(QUADRANTS))
def test_no_account_falls_both_ways(before, after):
    assert not (fell(before, after) and fell(after, before))


def test_a_fall_of_long_ago_is_seen_on_schedule():
    assert seen(findings(placed=Placed("coasting", ago(89), "thriving", 80.0, 40.0))) == [("quadrant_fell", ago(89))]
    assert seen(findings(placed=Placed("coasting", ago(90), "thriving", 80.0, 40.0))) == []


@pytest.mark.parametrize(
    ("standing", "measured", "status"),
    [
        ("missed", 0.95, "missed"), ("met", 0.95, "met"), ("met", None, "met"), ("met", 0.5, "at_risk"),
        ("open", None, "open"), ("open", 0.95, "open"), ("open", 0.5, "at_risk"),
        ("overdue", None, "at_risk"), ("overdue", 0.95, "met"), ("overdue", 0.5, "missed"),
    ],
)  # fmt: skip
def test_people_say_what_is_missed_and_the_metric_speaks_where_they_do_not(standing, measured, status):
    assert stands(a_requirement(standing, missed_since=ago(3)), measured) == status


def test_past_its_day_off_target_it_is_missed_since_the_day_after():
    one = found(a_requirement("overdue", due_on=ago(3)), 0.1)
    assert (one.status, one.missed_since) == ("missed", ago(2))


def test_the_share_that_is_met_leaves_out_what_is_not_due():
    judged = [found(a_requirement(standing), None) for standing in ("met", "missed", "overdue", "met", "open")]
    assert (met_share(judged), met_share(judged[4:]), met_share([])) == (0.5, None, None)


def test_the_schedule_counts_from_the_last_word_and_only_for_tiers_that_have_one():
    days = {"tier_1": 90}
    assert scheduled_on("tier_1", ago(200), None, days) == ago(110)
    assert scheduled_on("tier_1", ago(200), ago(10), days) == ago(-80)
    assert (scheduled_on("tier_9", ago(200), None, days), scheduled_on(None, ago(200), None, days)) == (None, None)
    assert leading([], ago(-1), TODAY) is None
    assert leading([], None, TODAY) is None
    assert leading([], TODAY, TODAY) == Sign("schedule", TODAY, TODAY, {})


def test_accounts_are_looked_at_in_time_where_the_last_appraisal_is_no_older_than_their_tier_allows():
    fresh, old, never, free = (AccountId(new_id()) for _ in range(4))
    tiers = {fresh: "tier_1", old: "tier_1", never: "tier_1", free: "tier_9"}
    found = reviewed(tiers, {fresh: ago(90), old: ago(91), free: ago(5)}, {"tier_1": 90}, TODAY)
    assert (found.accounts, found.in_time) == (3, 1)
    assert found.share == pytest.approx(1 / 3)
    assert reviewed({}, {}, {"tier_1": 90}, TODAY).share is None


def test_findings_are_kept_as_plain_json():
    plain = kept(findings(a_requirement(), placed=Placed(None, ago(1), None, None, None)), {"reason": None})
    assert plain["as_of"] == "2026-06-30"
    assert isinstance(plain["requirements"][0]["expectation_id"], str)
    assert plain["placed"]["since"] == "2026-06-29"
