"""What a plan has brought the customer by a day, worked out by hand."""

from datetime import date

from app.health.core.value import Step, value

BEGAN, TODAY = date(2026, 1, 1), date(2026, 7, 1)


def test_what_was_reached_is_held_against_what_was_planned_of_it():
    steps = [
        Step(100.0, 90.0, date(2026, 4, 11)),
        Step(100.0, 120.0, date(2026, 6, 1)),
        Step(50.0, None, date(2026, 6, 2)),  # reached, and nobody said what it is worth
        Step(None, 30.0, date(2026, 6, 3), unpriced=True),
        Step(200.0, 200.0, date(2026, 7, 2)),  # later
        Step(200.0, None, None),
    ]

    found = value(steps, BEGAN, TODAY)

    assert (found.steps, found.reached, found.planned) == (6, 4, 650)
    assert (found.planned_reached, found.realised, found.share) == (200, 210, 1.05)
    assert (found.first_reached_on, found.days_to_value, found.unpriced) == (date(2026, 4, 11), 100, 1)


def test_without_steps_there_is_no_share_and_no_day():
    found = value([], BEGAN, TODAY)

    assert (found.steps, found.planned, found.share, found.days_to_value) == (0, 0, None, None)


def test_what_was_reached_before_the_plan_began_was_there_at_once():
    assert value([Step(0.0, 0.0, date(2025, 12, 1))], BEGAN, TODAY).days_to_value == 0
