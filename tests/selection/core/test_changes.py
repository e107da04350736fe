"""Why a score changed: parts by hand, and that they add up for any two scores."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.scoring.core.value_functions import Linear, Percentile
from app.selection.core.changes import Kept, changes
from app.selection.core.score import score_portfolio
from tests.selection.core.examples import criterion, few, models, pair, portfolios


def kept(model, *accounts):
    """The first account's score as it would be kept, and its composite."""
    inputs = read_inputs(accounts, model.columns)
    result = score_portfolio(model, inputs.matrix)
    values = [or_none(value) for value in inputs.matrix[0, : len(model.criteria)]]
    utilities = [or_none(value) for value in result.utilities[:, 0]]
    return Kept(model, values, utilities), or_none(result.composite[0])


def or_none(number):
    return None if math.isnan(number) else float(number)


def parts(before, after):
    return [(part.kind, part.criterion, pytest.approx(part.delta)) for part in changes(before, after).parts]


THREE = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))


def test_nothing_changed():
    before, composite = kept(THREE, {"o": 0.4, "o2": 0.6, "a": 0.5})
    found = changes(before, before)
    assert (found.before, found.after) == (composite, composite)
    assert (found.delta, found.parts) == (0, ())


def test_inputs_one_by_one():
    before, _ = kept(THREE, {"o": 0.4, "o2": 0.6, "a": 0.5})
    after, _ = kept(THREE, {"o": 0.8, "o2": 0.6, "a": 0.3})
    # Half of 100 times 0.4 / 2 for o, half of 100 times -0.2 for a.
    assert parts(before, after) == [("input", "o", 10), ("input", "a", -10)]


def test_what_became_known_and_what_became_unknown():
    before, _ = kept(THREE, {"o": 0.4, "a": 0.5})
    after, _ = kept(THREE, {"o2": 0.6, "a": 0.5})
    # opportunity 40, with o2 50, without o 60: half of each step
    assert parts(before, after) == [("coverage", "o2", 5), ("coverage", "o", 5)]


def test_weights_are_compared_as_shares():
    before, _ = kept(THREE, {"o": 0.4, "o2": 0.8, "a": 0.5})
    times_ten = replace(THREE, criteria=tuple(replace(one, weight=10.0) for one in THREE.criteria))
    assert parts(before, kept(times_ten, {"o": 0.4, "o2": 0.8, "a": 0.5})[0]) == []
    heavier = replace(THREE, criteria=(THREE.criteria[0], replace(THREE.criteria[1], weight=3.0), THREE.criteria[2]))
    # Shares from 0.5, 0.5 to 0.25, 0.75. First o2 rises: (0.5 * 40 + 0.75 * 80) / 1.25 = 64, then o falls: 70.
    assert parts(before, kept(heavier, {"o": 0.4, "o2": 0.8, "a": 0.5})[0]) == [("weight", "o2", 2), ("weight", "o", 3)]


def test_the_mix_and_the_missing_policy_are_parts_of_their_own():
    account = {"o": 0.4, "a": 0.8}
    before, _ = kept(THREE, account)
    after, _ = kept(replace(THREE, opportunity_share=0.25, missing_policy="pessimistic"), account)
    # 0.5 * 40 + 0.5 * 80 = 60; 0.25 * 40 + 0.75 * 80 = 70; opportunity 20: 65
    assert parts(before, after) == [("opportunity_share", None, 10), ("missing_policy", None, -5)]


def test_an_input_is_judged_by_the_earlier_function_and_the_later_one_is_a_part_of_its_own():
    before, _ = kept(THREE, {"o": 0.4, "o2": 0.6, "a": 0.5})
    wider = replace(THREE, criteria=(replace(THREE.criteria[0], value_function=Linear(0, 2)), *THREE.criteria[1:]))
    after, _ = kept(wider, {"o": 0.8, "o2": 0.6, "a": 0.5})
    # 0.4 to 0.8 under the earlier function, then 0.8 to 0.4 under the later one
    assert parts(before, after) == [("input", "o", 10), ("value_function", "o", -10)]


def test_a_percentile_moves_as_others_move():
    model = pair(criteria=(criterion("o", "opportunity", function=Percentile()), criterion("a", "alignment")))
    before, _ = kept(model, {"o": 5, "a": 0.5}, {"o": 9})
    after, _ = kept(model, {"o": 5, "a": 0.5}, {"o": 1})
    assert parts(before, after) == [("input", "o", 25)]


def test_a_criterion_that_was_replaced_is_a_change_of_weights():
    before, _ = kept(THREE, {"o": 0.4, "o2": 0.8, "a": 0.5})
    swapped = replace(THREE, criteria=(criterion("new", "opportunity"), THREE.criteria[1], THREE.criteria[2]))
    after, _ = kept(swapped, {"new": 1.0, "o2": 0.8, "a": 0.5})
    # o, o2: 60; with new beside them (40 + 80 + 100) / 3 = 73.33; without o: 90
    assert parts(before, after) == [("weight", "new", 20 / 3), ("weight", "o", 25 / 3)]


def test_a_score_that_only_the_later_policy_makes_possible_is_explained_too():
    before, was = kept(THREE, {"o": 0.2, "o2": 0.2, "a": 0.5})
    other = pair(criteria=(criterion("new", "opportunity"), criterion("a", "alignment")), missing_policy="neutral")
    after, now = kept(other, {"a": 0.5})
    found = changes(before, after)
    # Nothing is known of opportunity any more, which `neutral` takes for 50: half of 50 - 20.
    assert (was, now, found.delta) == pytest.approx((35, 50, 15))
    assert sum(part.delta for part in found.parts) == pytest.approx(15)


@pytest.mark.parametrize(("first", "second"), [({}, {"o": 1, "a": 1}), ({"o": 1, "a": 1}, {"o": 1}), ({}, {})])
def test_without_a_composite_on_both_sides_there_is_no_difference(first, second):
    (before, was), (after, now) = kept(THREE, first), kept(THREE, second)
    found = changes(before, after)
    assert (found.before, found.after) == (was, now)
    assert (found.delta, found.parts) == (None, ())


@few
@given(st.data())
def test_parts_add_up_to_the_difference_of_any_two_scores(data):
    first, second = data.draw(models()), data.draw(models())
    (before, was), (after, now) = (kept(model, *data.draw(portfolios(model))) for model in (first, second))
    found = changes(before, after)
    assert [found.before, found.after] == [None if one is None else pytest.approx(one, abs=1e-9) for one in (was, now)]
    if was is None or now is None:
        assert (found.delta, found.parts) == (None, ())
        return
    assert found.delta == pytest.approx(now - was, abs=1e-9)
    assert math.fsum(part.delta for part in found.parts) == pytest.approx(found.delta, abs=1e-9)
    assert np.isfinite([part.delta for part in found.parts]).all()
