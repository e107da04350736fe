"""What is done by the clock: every connection is swept at least each quarter of an hour, old bodies are forgotten."""

from itertools import pairwise

import pytest

from app.crm import jobs
from app.crm.core import names


@pytest.mark.parametrize(("name", "longest"), [(names.SWEEPS, 15), (names.FORGET_BODIES, 60)])
def test_what_is_due_is_due_often_enough(name, longest):
    minute, *rest = jobs.SCHEDULE[name].split()
    due = range(0, 60, int(minute.removeprefix("*/"))) if minute.startswith("*/") else [int(minute)]

    assert rest == ["*"] * 4  # each hour of each day
    assert max(later - earlier for earlier, later in pairwise([*due, due[0] + 60])) <= longest
