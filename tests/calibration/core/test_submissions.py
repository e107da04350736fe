import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.core.parties import PARTIES
from app.calibration.core.submissions import (
    NothingToSeal,
    UnusableSubmission,
    check,
    check_sealable,
    missing,
    readable,
    revealed,
)
from tests.calibration.guests import CUSTOMER_SAYS, SUPPLIER_SAYS


def whole(document):
    """As a body is kept: every field of an entry there."""
    return {
        part: [{"goal": None, **entry} for entry in document.get(part, [])]
        for part in ("goals", "expectations", "commitments")
    }


@given(st.sets(st.sampled_from(PARTIES)), st.sampled_from(PARTIES))
def test_a_side_reads_the_other_exactly_when_both_are_sealed(sealed, reader):
    assert revealed(sorted(sealed)) == (len(sealed) == 2)
    assert set(readable(reader, sorted(sealed))) == (set(PARTIES) if len(sealed) == 2 else {reader})


@given(st.sets(st.sampled_from(PARTIES)))
def test_what_is_open_is_told_until_the_reveal(sealed):
    assert {point.code for point in missing(sorted(sealed))} == {f"{party}_not_sealed" for party in {*PARTIES} - sealed}


@pytest.mark.parametrize("document", [SUPPLIER_SAYS, CUSTOMER_SAYS, {}])
def test_what_fits_together_is_taken(document):
    check(whole(document))


def test_what_does_not_fit_together_is_named_by_its_place():
    goal = {"key": "a", "title": "A", "importance": 1, "horizon": "short"}
    document = {
        "goals": [goal, goal],
        "expectations": [{"key": "x", "goal": "a"}, {"key": "y", "goal": "b"}],
        "commitments": [{"key": "x", "goal": None}, {"key": "x", "goal": "x"}],
    }

    with pytest.raises(UnusableSubmission) as refused:
        check(whole(document))

    assert {(problem.pointer, problem.code) for problem in refused.value.errors} == {
        ("/document/goals/1/key", "repeated_key"),
        ("/document/expectations/1/goal", "unknown_goal"),
        ("/document/commitments/1/key", "repeated_key"),
        ("/document/commitments/1/goal", "unknown_goal"),
    }


def test_without_a_goal_nothing_is_sealed():
    with pytest.raises(NothingToSeal):
        check_sealable(whole({"expectations": SUPPLIER_SAYS["expectations"]}))
    check_sealable(whole(SUPPLIER_SAYS))
