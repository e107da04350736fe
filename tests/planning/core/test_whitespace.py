"""What may be said of a cell of whitespace."""

from datetime import date
from decimal import Decimal

import pytest

from app.kernel.money import Money
from app.planning.core.whitespace import ContradictoryStatement, Word, refuse_contradictions

SOME = Money(Decimal(5), "EUR")


@pytest.mark.parametrize(
    "word",
    [
        Word("open"),
        Word("open", SOME, confidence=0.5, next_step="Call", due_on=date(2024, 1, 1)),
        Word("competitor", SOME, competitor="Rival"),
        Word("no_pursue", SOME, how="Too dear"),
        Word("not_applicable", Money(Decimal(0), "EUR")),
    ],
)
def test_what_goes_together_may_be_said(word):
    refuse_contradictions(word)


@pytest.mark.parametrize(
    ("word", "pointer"),
    [
        (Word("open", competitor="Rival"), "/competitor"),
        (Word("not_applicable", SOME), "/potential"),
        (Word("open", confidence=0.5), "/confidence"),
        (Word("no_pursue", next_step="Call"), "/next_step"),
        (Word("not_applicable", due_on=date(2024, 1, 1)), "/next_step"),
    ],
)
def test_what_contradicts_itself_is_refused_by_field(word, pointer):
    with pytest.raises(ContradictoryStatement) as refused:
        refuse_contradictions(word)

    assert [problem.pointer for problem in refused.value.errors] == [pointer]
