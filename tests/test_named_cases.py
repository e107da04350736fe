"""What must come back in ninety named cases of bad input, faults and bad luck: each has a test that shows it.

The table is in `tests/named_cases`. A test that bears a case's number in its name (`test_case_7_…`,
`test_cases_3_and_4_…`) is listed under just that.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.named_cases import api, inbound, infra, outbound, pulls

ROOT = Path(__file__).parents[1]
PARTS = (inbound, pulls, outbound, api, infra)
CASES = {number: case for part in PARTS for number, case in part.CASES.items()}
LAST = 90
_BEARS = re.compile(r"test_cases?_(\d+(?:_and_\d+)*)_")


@cache
def names_in(path):
    """The names of the tests in a file, those in its classes included."""
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def borne(test):
    """The numbers of cases that a test bears in its name."""
    found = _BEARS.match(test.rpartition("::")[2])
    return {int(number) for number in found[1].split("_and_")} if found else set()


def all_that_bear_a_case():
    files = (path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py"))
    return [test for path in files for name in sorted(names_in(path)) if borne(test := f"{path}::{name}")]


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_named_case_is_promised_in_words_and_has_tests_that_are_there(number):
    case = CASES[number]

    assert case.promise
    assert case.tests
    assert len(set(case.tests)) == len(case.tests)
    assert [test for test in case.tests if test.partition("::")[2] not in names_in(test.partition("::")[0])] == []


def test_no_case_is_listed_that_nobody_named_and_none_twice():
    assert set(CASES) == set(range(1, LAST + 1))
    assert sum(len(part.CASES) for part in PARTS) == len(CASES)


def test_a_test_that_bears_a_case_in_its_name_is_listed_under_it_and_no_other():
    listed = {(number, test) for number, case in CASES.items() for test in case.tests}
    bearing = {(number, test) for test in all_that_bear_a_case() for number in borne(test)}

    assert len(bearing) > LAST
    assert sorted(bearing - listed) == []
    assert sorted(one for one in listed - bearing if borne(one[1])) == []


def test_names_tell_the_numbers_that_they_bear():
    assert borne("tests/x.py::test_case_7_an_old_secret") == {7}
    assert borne("tests/x.py::test_cases_3_and_4_and_5_a_delivery") == {3, 4, 5}
    assert borne("tests/x.py::test_3_cases_of_7") == borne("test_cases_are_many") == set()
