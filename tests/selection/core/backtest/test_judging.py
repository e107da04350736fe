"""A backtest put together: what was planted is found, and where there is nothing, nothing is found."""

import math

import numpy as np
import pytest

from app.scoring.core.value_functions import Linear, Percentile
from app.selection.core.backtest.documents import verdicts_document
from app.selection.core.backtest.judging import COVERAGE, Verdicts, case, prepared, verdicts
from app.selection.core.backtest.resampling import resampled
from app.selection.core.model import Criterion, SelectionModel
from app.selection.core.score import score_portfolio

RESAMPLES = 400


def a_model(criteria=8, **fields):
    """Criteria c0, c1 … of equal weight, in turn of opportunity and alignment."""
    made = tuple(
        Criterion(f"c{at}", f"m{at}", "alignment" if at % 2 else "opportunity", 1.0, Percentile())
        for at in range(criteria)
    )
    return SelectionModel(criteria=made, **fields)


def judged(model, values, growth, *, seed=0, resamples=RESAMPLES, **baselines) -> Verdicts:
    ready = prepared(case(score_portfolio(model, np.asfortranarray(values)), growth, baselines))
    return verdicts(ready, resampled(ready.planned, np.random.default_rng(seed), resamples))


def said(found):
    return [one.judgement.verdict for one in (*found.criteria, found.composite)]


def test_a_planted_signal_is_found_and_so_is_one_that_points_the_wrong_way():
    random = np.random.default_rng(11)
    values = random.normal(size=(120, 4))
    growth = 0.9 * values[:, 0] - 0.9 * values[:, 1] + random.normal(size=120)

    found = judged(a_model(4), values, growth)

    assert said(found) == ["supports", "contradicts", "inconclusive", "inconclusive", "inconclusive"]
    top = found.criteria[0].found.top
    assert top is not None
    assert top.lift > 1.5
    # The model is better off without the criterion that misleads, and worse off without the one that does not.
    assert found.ablation[0].rho - found.ablation[0].rho_without > 0.1
    assert found.ablation[1].rho - found.ablation[1].rho_without < -0.1


def test_the_direction_is_the_one_that_the_model_judges_by():
    random = np.random.default_rng(2)
    days_silent = random.uniform(0, 100, size=80)
    falling = Criterion("recent", "days", "opportunity", 1.0, Linear(100, 0))
    rest = Criterion("fit", "fit", "alignment", 1.0, Percentile())
    growth = -days_silent / 30 + random.normal(size=80)

    found = judged(SelectionModel(criteria=(falling, rest)), np.c_[days_silent, random.normal(size=80)], growth)

    assert said(found)[0] == "supports"


def test_over_200_worlds_whose_outcomes_are_shuffled_it_cries_wolf_in_at_most_5_percent():
    """Any verdict but inconclusive, of any criterion or of the composite, is a cry of wolf; chance alone spoke."""
    model, cries, by_interval = a_model(8), 0, 0
    for world in range(200):
        random = np.random.default_rng(world)
        values = random.normal(size=(80, 8))
        growth = random.permutation(values.sum(axis=1) + random.normal(size=80))
        found = judged(model, values, growth, seed=world)
        cries += set(said(found)) != {"inconclusive"}
        by_interval += any(one.judgement.interval_alone != "inconclusive" for one in (*found.criteria, found.composite))

    assert cries <= 10
    assert by_interval > 40  # the interval alone would have: that is why it does not decide alone


def test_the_composite_shares_the_error_with_its_criteria_half_and_half():
    random = np.random.default_rng(4)
    found = judged(a_model(4), random.normal(size=(60, 4)), random.normal(size=60))

    p = [one.found.p for one in found.criteria]
    assert found.composite.p_family >= found.composite.found.p
    assert min(one.p_holm for one in found.criteria) == pytest.approx(min(1, 4 * min(p)))
    assert all(one.p_family >= one.p_holm >= one.found.p for one in found.criteria)
    assert math.isnan(found.composite.p_holm)


def test_the_order_of_accounts_changes_no_figure_but_the_draws():
    random = np.random.default_rng(8)
    values, growth = random.normal(size=(60, 4)), random.normal(size=60)
    order = random.permutation(60)

    one, other = judged(a_model(4), values, growth), judged(a_model(4), values[order], growth[order])

    for first, second in zip((*one.criteria, one.composite), (*other.criteria, other.composite), strict=True):
        assert first.found.rho == pytest.approx(second.found.rho)
        assert first.found.tau_b == pytest.approx(second.found.tau_b)
        assert first.p_family == pytest.approx(second.p_family)


def test_the_same_seed_gives_the_same_document():
    random = np.random.default_rng(8)
    model, values, growth = a_model(3), random.normal(size=(40, 3)), random.normal(size=40)

    def document(seed):
        return verdicts_document(model, judged(model, values, growth, seed=seed))

    assert document(1) == document(1)
    assert document(1) != document(2)


def test_baselines_are_judged_in_the_same_form_and_say_how_far_the_model_is_ahead():
    random = np.random.default_rng(6)
    values = random.normal(size=(100, 2))
    growth = values.sum(axis=1) + 0.5 * random.normal(size=100)
    revenue = random.normal(size=100)

    found = judged(a_model(2), values, growth, revenue_ltm=revenue, employees=np.full(100, np.nan))

    assert list(found.baselines) == ["revenue_ltm", "employees", COVERAGE]
    revenue_only = found.baselines["revenue_ltm"]
    assert revenue_only.judged.judgement.verdict == "inconclusive"
    assert revenue_only.ahead == pytest.approx(found.composite.found.rho - revenue_only.judged.found.rho)
    assert found.baselines["employees"].judged.judgement.verdict == "insufficient_data"
    assert math.isnan(found.baselines["employees"].ahead)
    # Everything is known of every account, so that how much is known tells nothing.
    assert found.baselines[COVERAGE].judged.judgement.because == "constant"
    assert found.mean_coverage == 1


def test_what_is_unknown_of_an_account_is_left_out_of_that_criterion_alone():
    random = np.random.default_rng(3)
    values, growth = random.normal(size=(60, 3)), random.normal(size=60)
    values[:25, 0] = np.nan
    values[:45, 2] = np.nan
    growth[:5] = np.nan

    found = judged(a_model(3), values, growth)

    assert [one.found.n for one in found.criteria] == [35, 55, 15]
    assert said(found)[2] == "insufficient_data"
    assert found.criteria[2].interval is None
    assert found.criteria[2].p_family != found.criteria[2].p_family  # no p, and so no part of the family
    # Without c0 an account of the first 45 has no opportunity, and so no composite.
    assert found.ablation[0].n == 15


def test_a_dimension_left_bare_has_no_composite_to_compare_with():
    random = np.random.default_rng(3)
    model = a_model(2)

    found = judged(model, random.normal(size=(40, 2)), random.normal(size=40))

    document = verdicts_document(model, found)
    assert document["ablation"] == [
        {"criterion": key, "n": 0, "rho": None, "rho_without": None, "difference": None} for key in ("c0", "c1")
    ]


@pytest.mark.parametrize("accounts", [0, 1, 2, 19])
def test_too_few_accounts_are_said_to_be_too_few(accounts):
    random = np.random.default_rng(1)
    model = a_model(2)

    found = judged(model, random.normal(size=(accounts, 2)), random.normal(size=accounts))

    document = verdicts_document(model, found)
    assert document["status"] == "insufficient_data"
    assert {one["verdict"] for one in (document["composite"], *document["criteria"])} == {"insufficient_data"}
    assert document["composite"]["n"] == accounts
    assert (document["composite"]["spearman"]["rho"] is None) == (accounts < 3)
    assert document["composite"]["spearman"]["p"] is document["composite"]["spearman"]["interval"] is None


def test_ties_everywhere_and_constant_columns_give_no_correlation_and_say_why():
    random = np.random.default_rng(1)
    model, growth = a_model(2), random.normal(size=40)

    tied = verdicts_document(model, judged(model, np.ones((40, 2)), growth))
    still = verdicts_document(model, judged(model, random.normal(size=(40, 2)), np.zeros(40)))

    for document, reason in ((tied, "constant"), (still, "constant_growth")):
        assert document["status"] == "ok"
        for one in (document["composite"], *document["criteria"]):
            assert (one["spearman"]["rho"], one["verdict"], one["because"]) == (None, "inconclusive", reason)
