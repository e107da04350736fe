"""What managers are paid for."""

import pytest

from app.program.core.incentives import Mix, MixNotWhole, check_whole, mean_mix


def test_shares_have_to_add_up_to_one():
    check_whole(Mix(0.1, 0.2, 0.3, 0.1, 0.1, 0.2))  # though not in binary
    with pytest.raises(MixNotWhole, match=r"0\.9000"):
        check_whole(Mix(0.5, 0.1, 0.1, 0.1, 0.1, 0.0))


@pytest.mark.parametrize(("share", "above"), [(0.5, False), (0.51, True)])
def test_more_than_a_half_on_short_term_revenue_is_above_the_cap(share, above):
    assert Mix(share, 1 - share, 0, 0, 0, 0).above_cap is above


def test_landing_and_expanding_both_have_to_be_paid():
    assert Mix(0.5, 0, 0.3, 0, 0, 0.2).rewards_both
    assert not Mix(0.5, 0.2, 0.3, 0, 0, 0).rewards_both
    assert Mix(0.4, 0.1, 0.2, 0.1, 0.15, 0.05).lasting == pytest.approx(0.45)


def test_the_mean_gives_every_manager_one_voice():
    assert mean_mix([Mix(1, 0, 0, 0, 0, 0), Mix(0, 0, 1, 0, 0, 0)]) == Mix(0.5, 0, 0.5, 0, 0, 0)
    assert mean_mix([]) is None
