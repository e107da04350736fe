"""How far KAMs may go by themselves: which guardrail holds for whom, and what is inside of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from app.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid

Guarded = Literal["discount", "contract_value", "resource_units", "product_request"]
RequestState = Literal["auto_approved", "pending", "approved", "refused", "withdrawn"]
Answer = Literal["approve", "refuse", "withdraw"]
MONEY: Final[Guarded] = "contract_value"

ANSWERED: Final[Mapping[Answer, RequestState]] = {
    "approve": "approved",
    "refuse": "refused",
    "withdraw": "withdrawn",
}


class UnusableAmount(Invalid):
    """The amount cannot be one of this kind."""


class RequestAnswered(Conflict):
    """The request is not waiting for an answer."""


class NotYourRequest(Forbidden):
    """The approver alone answers, and never their own request; who asked alone withdraws it."""


@dataclass(frozen=True, slots=True)
class Guardrail:
    """Up to where somebody goes by themselves, and who approves what goes beyond; user_id None: for everybody else.

    up_to: discounts as a share (0 to 1), contract values in `currency`, else a number of units or requests.
    """

    user_id: UUID | None
    up_to: float
    currency: str | None
    approver_user_id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as those who answer it see it."""

    state: RequestState
    user_id: UUID
    approver_user_id: UUID | None


def check_amount(kind: Guarded, amount: float, currency: str | None, *, pointer: str) -> None:
    """Raise UnusableAmount for a discount above 1, or where a currency is missing or has no place."""
    if kind == "discount" and amount > 1:
        raise _unusable(pointer, "above_one", "is the share of the list price, at most 1")
    if kind == MONEY and currency is None:
        raise _unusable("/currency", "missing", "is needed with a contract value")
    if kind != MONEY and currency is not None:
        raise _unusable("/currency", "unexpected", "goes with a contract value alone")


def _unusable(pointer: str, code: str, message: str) -> UnusableAmount:
    return UnusableAmount(f"{pointer} {message}", errors=[FieldProblem(pointer, code, message)])


def guardrail_of(user_id: UUID, guardrails: Sequence[Guardrail]) -> Guardrail | None:
    """The guardrail that holds for somebody: their own, else the one for everybody, else none."""
    by_user = {one.user_id: one for one in guardrails}
    return by_user.get(user_id) or by_user.get(None)


def is_inside(amount: float, guardrail: Guardrail, rate: Decimal | None) -> bool:
    """Whether an amount needs nobody's approval; the bound itself is inside.

    rate: of the amount's currency into the guardrail's, 1 where they are one; None, where it is not known, is outside:
    what cannot be compared is for the approver.
    """
    return rate is not None and amount * float(rate) <= guardrail.up_to


def answered(asked: Asked, answer: Answer, user_id: UUID, *, executive: bool) -> RequestState:
    """The state of a request after an answer.

    The approver approves or refuses, or somebody of the function `executive`, where the approver has left, say; nobody
    their own request. Who asked withdraws.
    Raises RequestAnswered for one that does not wait, NotYourRequest.
    """
    if asked.state != "pending":
        raise RequestAnswered(f"it is {asked.state}; legal: nothing")
    if answer == "withdraw":
        if user_id != asked.user_id:
            raise NotYourRequest("who asked for it alone may withdraw it")
    elif user_id == asked.user_id:
        raise NotYourRequest("nobody answers their own request")
    elif user_id != asked.approver_user_id and not executive:
        raise NotYourRequest("its approver answers it, or somebody of the function executive")
    return ANSWERED[answer]
