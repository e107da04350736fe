"""What records say again and again is worked on once; what only looks alike is not taken for the same."""

from datetime import date
from decimal import Decimal

import pytest

from app.crm.core.mapping_plan import FormPlan, Once
from app.crm.core.values import FORMS, Misfit, fitting


def test_a_value_that_comes_again_is_not_worked_on_again():
    made = iter([1, 2])
    once = Once(lambda _value: next(made))

    assert [once["a"], once["b"], once["a"]] == [1, 2, 1]


def test_what_does_not_fit_is_refused_each_time():
    form = FORMS["opportunity"]["probability"]
    once = Once(lambda value: fitting(form, value))

    for _ in range(2):
        with pytest.raises(Misfit):
            _ = once[Decimal(2)]


@pytest.mark.parametrize(("value", "kept"), [(Decimal(1), True), ("1", True), (date(2024, 1, 1), True),
                                             (1, False), (1.0, False), (True, False), ([1], False)])  # fmt: skip
def test_only_values_that_cannot_be_taken_for_others_are_kept(value, kept):
    once = Once(str)

    assert FormPlan("probability", FORMS["opportunity"]["probability"], 0, once).kept(value) is (once if kept else None)
