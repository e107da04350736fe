"""Which days a backtest of warnings walks."""

from datetime import date, timedelta

import pytest

from app.health.core.warning_backtest.walk import HORIZON_DAYS, UnusableWalk, Walk, refuse_unusable

TODAY = date(2026, 1, 1)
LATEST = TODAY - timedelta(days=HORIZON_DAYS)


def walk(*, ends_on=date(2024, 3, 1), step_days=30):
    return Walk(date(2024, 1, 1), ends_on, step_days, 0.2)


def test_days_follow_each_other_in_equal_steps_up_to_the_end_of_the_last_horizon():
    one = walk()

    assert one.days == [date(2024, 1, 1), date(2024, 1, 31), date(2024, 3, 1)]
    gaps = {(later - day).days for day, later in zip(one.days, (one.days + one.days_after)[1:], strict=False)}
    assert gaps == {30}
    assert timedelta(days=HORIZON_DAYS - 30) < one.days_after[-1] - one.days[-1] <= timedelta(days=HORIZON_DAYS)


def test_one_day_alone_can_be_walked():
    assert walk(ends_on=date(2024, 1, 1)).days == [date(2024, 1, 1)]


def test_a_year_has_to_follow_and_not_a_day_more():
    refuse_unusable(walk(ends_on=LATEST), TODAY)

    with pytest.raises(UnusableWalk) as refused:
        refuse_unusable(walk(ends_on=LATEST + timedelta(days=1)), TODAY)
    assert (refused.value.errors[0].pointer, refused.value.errors[0].code) == ("/to", "horizon_ahead")


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"ends_on": date(2023, 12, 31)}, "/to", "before_from"),
        ({"step_days": 1, "ends_on": date(2024, 4, 30)}, "/step_days", "too_many_days"),
    ],
)
def test_days_out_of_order_or_too_many_are_refused_with_their_place(given, pointer, code):
    with pytest.raises(UnusableWalk) as refused:
        refuse_unusable(walk(**given), TODAY)

    assert (refused.value.errors[0].pointer, refused.value.errors[0].code) == (pointer, code)


def test_a_hundred_and_twenty_days_can_be_walked():
    most = walk(step_days=1, ends_on=date(2024, 4, 29))

    refuse_unusable(most, TODAY)

    assert len(most.days) == 120
