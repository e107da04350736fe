"""Raw inputs: what each value function accepts, what counts as unknown, and how a refusal names the field."""

import math

import numpy as np
import pytest

from app.kernel.errors import Invalid
from app.scoring.core.inputs import Column, Input, coded, decoded, inputs_from_columns, read_inputs
from app.scoring.core.value_functions import Boolean, Categories, Linear, Log, Percentile, Rating

COLUMNS = (
    Column("spend", Percentile()),
    Column("goal_fit", Rating(5)),
    Column("referenceable", Boolean()),
    Column("status", Categories(("red", "green"), (0.0, 1.0))),
    Column("revenue_ltm", None),
)


def test_known_values_are_coded_and_absent_ones_are_unknown():
    inputs = read_inputs(
        [
            {"spend": 7, "goal_fit": 4, "referenceable": True, "status": "green", "revenue_ltm": 0.5},
            {"spend": None, "goal_fit": 1.5, "referenceable": False, "status": None},
        ],
        COLUMNS,
    )
    assert inputs.matrix.tolist()[0] == [7, 4, 1, 1, 0.5]
    assert inputs.matrix[1, 1:3].tolist() == [1.5, 0]
    assert np.isnan(inputs.matrix[1, [0, 3, 4]]).all()
    assert inputs.remarks == {}


@pytest.mark.parametrize(
    ("metric", "value", "code"),
    [
        ("spend", True, "wrong_type"),
        ("spend", "7", "wrong_type"),
        ("spend", [7], "wrong_type"),
        ("spend", math.nan, "not_finite"),
        ("spend", -math.inf, "not_finite"),
        ("spend", 10**400, "not_finite"),
        ("goal_fit", 0.99, "out_of_range"),
        ("goal_fit", 5.01, "out_of_range"),
        ("goal_fit", False, "wrong_type"),
        ("goal_fit", math.nan, "not_finite"),
        ("referenceable", 1, "wrong_type"),
        ("referenceable", "true", "wrong_type"),
        ("status", 1, "wrong_type"),
        ("status", True, "wrong_type"),
        ("revenue_ltm", "much", "wrong_type"),
        ("revenue_ltm", True, "wrong_type"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_pointer(metric, value, code):
    with pytest.raises(Invalid) as refused:
        read_inputs([{}, {"spend": 1}, {metric: value}], COLUMNS)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [(f"/accounts/2/inputs/{metric}", code)]


def test_the_ends_of_a_rating_and_of_a_log_are_accepted():
    columns = (Column("goal_fit", Rating(5)), Column("size", Log(1, 10)))
    assert read_inputs([{"goal_fit": 1, "size": 0}, {"goal_fit": 5, "size": -4}], columns).matrix.tolist() == [
        [1, 0],
        [5, -4],
    ]


def test_a_refusal_lists_the_first_twenty_in_the_order_of_accounts():
    accounts = [{"goal_fit": 9, "spend": "x"} for _ in range(15)]
    with pytest.raises(Invalid, match="30 of the inputs") as refused:
        read_inputs(accounts, COLUMNS)
    pointers = [one.pointer for one in refused.value.errors]
    assert len(pointers) == 20
    assert pointers[:3] == ["/accounts/0/inputs/goal_fit", "/accounts/0/inputs/spend", "/accounts/1/inputs/goal_fit"]


def test_a_metric_read_twice_is_named_once():
    with pytest.raises(Invalid) as refused:
        read_inputs([{"revenue_ltm": "x"}], (Column("revenue_ltm", Linear(0, 1)), Column("revenue_ltm", None)))
    assert len(refused.value.errors) == 1


def test_an_unknown_label_counts_as_missing_and_is_remarked():
    inputs = read_inputs([{"status": "green"}, {"status": "blue"}], COLUMNS)
    assert math.isnan(inputs.matrix[1, 3])
    assert [one.code for one in inputs.remarks[1]] == ["unknown_label"]
    assert 0 not in inputs.remarks


def test_inputs_that_nothing_reads_are_remarked():
    inputs = read_inputs([{"gaol_fit": 4, "spend": 2}], COLUMNS)
    assert [one.code for one in inputs.remarks[0]] == ["unread_inputs"]


def test_no_account_gives_an_empty_matrix():
    assert read_inputs([], COLUMNS).matrix.shape == (0, 5)


def test_computed_metrics_that_do_not_fit_are_unknown_and_remarked():
    metrics = {
        "spend": np.array([1.0, np.inf, np.nan]),
        "goal_fit": np.array([4.0, 0.0, 5.0]),
        "referenceable": np.array([1.0, 0.0, 0.5]),
        "status": np.array([np.nan, 1.0, np.nan]),
    }
    inputs = inputs_from_columns(metrics, COLUMNS, 3)
    expected = [[1, 4, 1, None, None], [None, None, 0, None, None], [None, 5, None, None, None]]
    known = [[None if math.isnan(value) else value for value in row] for row in inputs.matrix.tolist()]
    assert known == expected
    assert {at: len(remarks) for at, remarks in inputs.remarks.items()} == {1: 3, 2: 1}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.metric)
def test_codes_are_decoded_to_what_was_given(column):
    given: dict[str, list[Input]] = {"referenceable": [True, None, False], "status": ["green", None, "red"]}
    values = given.get(column.metric, [2.0, None, 5.0])
    codes = np.array([coded(value, column.function) for value in values])
    assert decoded(codes, column.function) == values


def test_a_raw_value_that_does_not_fit_has_no_code():
    assert math.isnan(coded("x", Rating(5)))
    assert math.isnan(coded(9.0, Rating(5)))
    assert math.isnan(coded("blue", Categories(("red",), (0.0,))))


def test_some_of_the_accounts_keep_their_remarks():
    inputs = read_inputs([{"spend": 1}, {"status": "blue"}, {"spend": 3}], COLUMNS).of(np.array([2, 1]))
    assert inputs.matrix[0, 0] == 3
    assert list(inputs.remarks) == [1]
