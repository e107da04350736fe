"""What may be said of a figure."""

import math

import pytest

from app.selection.core.backtest.association import Association
from app.selection.core.backtest.verdicts import judgement


@pytest.mark.parametrize(
    ("interval", "p", "verdict", "because", "alone"),
    [
        ((0.1, 0.5), 0.05, "supports", None, "supports"),
        ((-0.5, -0.1), 0.05, "contradicts", None, "contradicts"),
        ((0.1, 0.5), 0.0501, "inconclusive", "not_significant", "supports"),
        ((-0.5, -0.1), 0.2, "inconclusive", "not_significant", "contradicts"),
        ((0.0, 0.5), 0.001, "inconclusive", "interval_includes_0", "inconclusive"),
        ((-0.5, 0.0), 0.001, "inconclusive", "interval_includes_0", "inconclusive"),
        (None, 0.001, "inconclusive", "no_interval", "inconclusive"),
        ((0.1, 0.5), math.nan, "inconclusive", "not_significant", "supports"),
    ],
)
def test_a_verdict_needs_the_interval_beyond_0_and_a_p_that_holds_for_all(interval, p, verdict, because, alone):
    found = judgement(Association(20, rho=0.3), interval, p)

    assert (found.verdict, found.because, found.interval_alone) == (verdict, because, alone)


def test_under_20_accounts_the_data_are_insufficient_whatever_the_figures():
    found = judgement(Association(19, rho=1.0), (0.9, 1.0), 0.0)

    assert (found.verdict, found.because) == ("insufficient_data", "too_few_accounts")
    assert found.interval_alone == "insufficient_data"


@pytest.mark.parametrize("gap", ["constant", "constant_growth"])
def test_what_does_not_vary_is_inconclusive_and_says_why(gap):
    found = judgement(Association(50, gap=gap), None, math.nan)

    assert (found.verdict, found.because) == ("inconclusive", gap)
