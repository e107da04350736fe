"""What is asked for, offered and agreed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resourcing.core.commitments.terms import (
    Counter,
    Terms,
    UnusableTerms,
    agreed,
    check_counter,
    check_terms,
    goes_beyond,
    next_quarter,
    quarter_of,
)

MAY = date(2026, 5, 1)
TERMS = Terms(5, date(2026, 5, 10), date(2026, 6, 30))


def code_of(refused):
    return [(one.pointer, one.code) for one in refused.value.errors]


def test_terms_come_due_after_they_start_and_are_asked_for():
    check_terms(TERMS, MAY)
    with pytest.raises(UnusableTerms) as refused:
        check_terms(TERMS, date(2026, 7, 1))
    assert code_of(refused) == [("/due_on", "before_request")]
    with pytest.raises(UnusableTerms) as refused:
        check_terms(Terms(5, date(2026, 7, 1), date(2026, 6, 30)), MAY)
    assert code_of(refused) == [("/starts_on", "after_due")]


def test_a_counter_offer_offers_something_else():
    check_counter(TERMS, Counter(3, None), MAY)
    check_counter(TERMS, Counter(None, date(2026, 7, 15)), MAY)
    for same in (Counter(None, None), Counter(5, date(2026, 6, 30))):
        with pytest.raises(UnusableTerms) as refused:
            check_counter(TERMS, same, MAY)
        assert code_of(refused) == [("/quantity", "nothing_offered")]
    with pytest.raises(UnusableTerms) as refused:
        check_counter(TERMS, Counter(3, date(2026, 5, 9)), MAY)
    assert code_of(refused) == [("/starts_on", "after_due")]


def test_what_is_agreed_is_the_counter_offer_where_it_says_something():
    assert agreed(TERMS, None) == TERMS
    assert agreed(TERMS, Counter(3, None)) == Terms(3, TERMS.starts_on, TERMS.due_on)
    assert agreed(TERMS, Counter(None, date(2026, 7, 15))) == Terms(5, TERMS.starts_on, date(2026, 7, 15))


def test_the_last_unit_is_given_and_no_more():
    assert not goes_beyond(10, 9, 1)
    assert goes_beyond(10, 9, 1.01)
    assert goes_beyond(0, 0, 0.5)
    assert not goes_beyond(None, 1e9, 1e9)
    assert not goes_beyond(0.3, 0.1 + 0.1, 0.1)  # sums of decimals are not exact


@given(st.dates(date(1970, 1, 1), date(2200, 12, 31)))
def test_a_day_lies_in_its_quarter(day):
    begins = quarter_of(day)
    ends = next_quarter(begins)
    assert begins <= day < ends
    assert (begins.day, ends.day) == (1, 1)
    assert begins.month in {1, 4, 7, 10}
    assert 90 <= (ends - begins).days <= 92
    assert quarter_of(begins) == begins
