"""What is left of the revenue after a reset, beside what was feared."""

from datetime import date

import pytest

from app.retiering.core.aftermath import aftermath, checkpoints


def test_it_is_looked_at_after_a_quarter_half_a_year_and_a_year():
    found = checkpoints(date(2025, 1, 1))
    assert [(one.months, one.on, one.days) for one in found] == [
        (3, date(2025, 4, 2), 91), (6, date(2025, 7, 2), 182), (12, date(2026, 1, 1), 365),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "change", "lost", "worse"),
    [(200, 150, -0.25, 0.25, False), (200, 100, -0.5, 0.5, True), (200, 260, 0.3, 0, False)],
)
def test_what_is_gone_is_held_against_what_was_feared(before, after, change, lost, worse):
    found = aftermath(before, after, (2, 1), 0.3)
    assert found.revenue_change == pytest.approx(change)
    assert found.lost_share == pytest.approx(lost)
    assert (found.worse_than_feared, found.retained, found.status) == (worse, True, "known")
    assert aftermath(before, after, (2, 1), None).worse_than_feared is None


def test_nothing_before_is_no_loss_and_an_unknown_figure_stays_unknown():
    assert (aftermath(0, 10, (0, 1), 0.3).revenue_change, aftermath(0, 0, (0, 0), 0.3).retained) == (None, None)
    assert aftermath(None, 10, (1, 1), 0.3).status == "unknown"
    assert aftermath(10, 0, (1, 0), 0.3).retained is False
