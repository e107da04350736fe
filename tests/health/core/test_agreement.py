"""Within-group agreement: what its authors say of it, and how it behaves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.health.core.agreement import within_group_agreement

ratings = st.lists(st.integers(1, 5), min_size=2, max_size=12)


def test_nobody_agrees_with_oneself():
    assert within_group_agreement([], steps=5) is None
    assert within_group_agreement([4], steps=5) is None


@pytest.mark.parametrize(("steps", "by_chance"), [(5, 2.0), (7, 4.0), (2, 0.25)])
def test_chance_is_the_uniform_distribution_whose_variance_its_authors_give(steps, by_chance):
    """James, Demaree and Wolf (1984): σ² = (A² - 1) / 12, that is 2 for five steps and 4 for seven."""
    ratings = [1, 1, 1, 2]  # variance 3 · (1/4)² + (3/4)² over 3 = 1/4

    assert within_group_agreement(ratings, steps=steps) == pytest.approx(1 - 0.25 / by_chance)


def test_ten_judges_of_a_scale_of_five_by_hand():
    """Five say 4 and five say 5: variance 10 · (1/2)² / 9 = 5/18, so r_wg = 1 - 5/36 (formula of the 1984 paper)."""
    assert within_group_agreement([4] * 5 + [5] * 5, steps=5) == pytest.approx(31 / 36)


def test_judges_who_answer_as_if_by_chance_do_not_agree():
    """Of equally many on every step the sample variance is 2 · n / (n - 1), chance or wider, hence 0, not below."""
    assert within_group_agreement([1, 2, 3, 4, 5] * 4, steps=5) == 0.0


@settings(max_examples=30)
@given(ratings)
def test_it_lies_between_0_and_1_and_is_1_exactly_when_all_say_the_same(given_ratings):
    found = within_group_agreement(given_ratings, steps=5)

    assert found is not None
    assert 0.0 <= found <= 1.0
    assert (found == 1.0) == (len(set(given_ratings)) == 1)


@settings(max_examples=30)
@given(ratings, st.randoms(use_true_random=False))
def test_neither_order_nor_the_direction_of_the_scale_matter(given_ratings, random):
    found = within_group_agreement(given_ratings, steps=5)

    shuffled = random.sample(given_ratings, len(given_ratings))
    assert within_group_agreement(shuffled, steps=5) == pytest.approx(found)
    assert within_group_agreement([6 - one for one in given_ratings], steps=5) == pytest.approx(found)
