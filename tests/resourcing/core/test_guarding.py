"""How far KAMs may go by themselves."""

from decimal import Decimal
from uuid import uuid4

import pytest

from app.resourcing.core.guarding import (
    Asked,
    Guardrail,
    NotYourRequest,
    RequestAnswered,
    UnusableAmount,
    answered,
    check_amount,
    guardrail_of,
    is_inside,
)

KAM, CHIEF, OTHER = uuid4(), uuid4(), uuid4()
TENTH = Guardrail(None, 0.1, None, CHIEF)


def test_ones_own_guardrail_goes_before_that_of_everybody():
    own = Guardrail(KAM, 0.2, None, CHIEF)
    assert guardrail_of(KAM, [TENTH, own]) is own
    assert guardrail_of(OTHER, [TENTH, own]) is TENTH
    assert guardrail_of(OTHER, [own]) is None


def test_the_bound_itself_is_inside_and_what_cannot_be_compared_is_not():
    assert is_inside(0.1, TENTH, Decimal(1))
    assert not is_inside(0.11, TENTH, Decimal(1))
    value = Guardrail(None, 1000, "USD", CHIEF)
    assert is_inside(900, value, Decimal("1.1"))
    assert not is_inside(900, value, Decimal("1.2"))
    assert not is_inside(1, value, None)


@pytest.mark.parametrize(
    ("kind", "amount", "currency", "code"),
    [
        ("discount", 1.5, None, "above_one"),
        ("contract_value", 5, None, "missing"),
        ("resource_units", 5, "USD", "unexpected"),
    ],
)
def test_an_amount_goes_with_its_kind(kind, amount, currency, code):
    with pytest.raises(UnusableAmount) as refused:
        check_amount(kind, amount, currency, pointer="/amount")
    assert refused.value.errors[0].code == code


def test_an_amount_of_its_kind_is_fine():
    check_amount("discount", 1, None, pointer="/amount")
    check_amount("contract_value", 5e6, "USD", pointer="/amount")
    check_amount("resource_units", 5, None, pointer="/amount")


def test_the_approver_answers_once_and_nobody_their_own():
    pending = Asked("pending", KAM, CHIEF)
    assert answered(pending, "approve", CHIEF, executive=False) == "approved"
    assert answered(pending, "refuse", OTHER, executive=True) == "refused"
    assert answered(pending, "withdraw", KAM, executive=False) == "withdrawn"
    with pytest.raises(NotYourRequest):
        answered(pending, "approve", OTHER, executive=False)
    with pytest.raises(NotYourRequest):
        answered(pending, "approve", KAM, executive=True)
    with pytest.raises(NotYourRequest):
        answered(pending, "withdraw", CHIEF, executive=True)
    for state in ("approved", "refused", "auto_approved", "withdrawn"):
        with pytest.raises(RequestAnswered, match=state):
            answered(Asked(state, KAM, CHIEF), "approve", CHIEF, executive=False)
