"""The JSON of value functions: what is read, what is written, and every fault with its pointer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import FieldProblem, Invalid
from app.scoring.core.documents import refuse_if_any
from app.scoring.core.value_documents import read_value_function, value_document
from app.scoring.core.value_functions import (
    Boolean,
    Categories,
    Linear,
    Log,
    Logistic,
    Percentile,
    Piecewise,
    Rating,
)
from app.scoring.core.value_problems import value_problems

number = st.floats(-1e9, 1e9)
positive = st.floats(1e-3, 1e9)
share = st.floats(0, 1)
functions = st.one_of(
    st.lists(number, unique=True, min_size=2, max_size=2).map(lambda ends: Linear(*ends)),
    st.lists(st.integers(1, 10**6).map(float), unique=True, min_size=2, max_size=2).map(lambda ends: Log(*ends)),
    st.builds(Logistic, number, number),
    st.lists(st.tuples(number, share), min_size=2, max_size=6, unique_by=lambda point: point[0]).map(
        lambda points: Piecewise(tuple(sorted(points)))
    ),
    st.builds(Rating, st.floats(1.5, 100)),
    st.just(Boolean()),
    st.dictionaries(st.text(), share, min_size=1).map(lambda one: Categories(tuple(one), tuple(one.values()))),
    st.just(Percentile()),
)


def value_function_from(document, pointer="/value_function"):
    """The function that a document says, refused as a model's document is."""
    problems: list[FieldProblem] = []
    function = read_value_function(document, pointer, problems)
    refuse_if_any(problems or value_problems(function, pointer), "value function")
    return function


@given(functions)
def test_what_is_written_is_read_back(function):
    assert value_function_from(value_document(function)) == function


def test_the_documented_forms_are_read():
    assert value_function_from({"kind": "rating"}) == Rating(5.0)
    assert value_function_from({"kind": "categories", "map": {"red": 0, "green": 1}}) == Categories(
        ("red", "green"), (0.0, 1.0)
    )
    points = {"kind": "piecewise", "points": [[0, 0], [100000, 0.5], [1000000, 1]]}
    assert value_function_from(points) == Piecewise(((0.0, 0.0), (100000.0, 0.5), (1000000.0, 1.0)))


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        (7, "", "wrong_type"),
        ({}, "/kind", "missing"),
        ({"kind": ["linear"]}, "/kind", "wrong_type"),
        ({"kind": "cubic"}, "/kind", "unknown_choice"),
        ({"kind": "linear", "low": 0}, "/high", "missing"),
        ({"kind": "linear", "low": 0, "high": 1, "mid": 2}, "/mid", "unknown_field"),
        ({"kind": "linear", "low": True, "high": 1}, "/low", "wrong_type"),
        ({"kind": "linear", "low": 0, "high": float("inf")}, "/high", "not_finite"),
        ({"kind": "linear", "low": float("nan"), "high": 1}, "/low", "not_finite"),
        ({"kind": "linear", "low": 10**400, "high": 1}, "/low", "not_finite"),
        ({"kind": "linear", "low": 3, "high": 3.0}, "/high", "equal_ends"),
        ({"kind": "log", "low": 0, "high": 1}, "/low", "out_of_range"),
        ({"kind": "log", "low": 1, "high": -1}, "/high", "out_of_range"),
        ({"kind": "log", "low": 2, "high": 2}, "/high", "equal_ends"),
        ({"kind": "log", "low": 1e300, "high": 1.0000000000000002e300}, "/high", "equal_ends"),
        ({"kind": "logistic", "midpoint": 0}, "/steepness", "missing"),
        ({"kind": "piecewise"}, "/points", "missing"),
        ({"kind": "piecewise", "points": {}}, "/points", "wrong_type"),
        ({"kind": "piecewise", "points": [[0, 0]]}, "/points", "too_few"),
        ({"kind": "piecewise", "points": [[0, 0], [1]]}, "/points/1", "wrong_type"),
        ({"kind": "piecewise", "points": [[0, 0], ["1", 1]]}, "/points/1/0", "wrong_type"),
        ({"kind": "piecewise", "points": [[0, 0], [0, 1]]}, "/points/1/0", "not_rising"),
        ({"kind": "piecewise", "points": [[0, 0], [1, 1.01]]}, "/points/1/1", "out_of_range"),
        ({"kind": "rating", "maximum": 1}, "/maximum", "out_of_range"),
        ({"kind": "boolean", "low": 0}, "/low", "unknown_field"),
        ({"kind": "categories"}, "/map", "missing"),
        ({"kind": "categories", "map": {}}, "/map", "too_few"),
        ({"kind": "categories", "map": {"a/b~c": 2}}, "/map/a~1b~0c", "out_of_range"),
        ({"kind": "categories", "map": {"a": "b"}}, "/map/a", "wrong_type"),
        ({"kind": "percentile", "window": 9}, "/window", "unknown_field"),
    ],
)
def test_every_fault_is_named_with_its_pointer(document, pointer, code):
    with pytest.raises(Invalid) as refused:
        value_function_from(document)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [(f"/value_function{pointer}", code)]


def test_all_faults_are_found_at_once():
    with pytest.raises(Invalid) as refused:
        value_function_from({"kind": "piecewise", "points": [[0, -1], [0, 2]]}, "/criteria/2/value_function")
    assert [one.pointer for one in refused.value.errors] == [
        "/criteria/2/value_function/points/0/1",
        "/criteria/2/value_function/points/1/1",
        "/criteria/2/value_function/points/1/0",
    ]
