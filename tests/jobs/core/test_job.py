from hypothesis import given
from hypothesis import strategies as st

from app.jobs.core.job import progress, scope_to_steer

numbers = st.integers(min_value=-(10**6), max_value=10**6)


@given(numbers, numbers)
def test_progress_is_never_negative_and_never_beyond_its_total(done, total):
    reached = progress(done, total)
    assert reached.done >= 0
    assert reached.total >= 0
    assert reached.total == 0 or reached.done <= reached.total


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_progress_that_makes_sense_is_kept_as_it_was_told(one, other):
    done, total = sorted([one, other])
    reached = progress(done, total)
    assert (reached.done, reached.total) == (done, total)


def test_progress_without_a_total_counts_on():
    assert progress(7, 0).done == 7


def test_asking_again_needs_the_right_to_change_what_the_job_is_about():
    assert scope_to_steer("selection.run") == "selection:write"
