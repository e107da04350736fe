"""What may be said of a cell of whitespace: a buying center and an offering that it could buy."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import UserId
from app.kernel.money import Money

CellWord = Literal["open", "competitor", "no_pursue", "not_applicable"]
NOT_PURSUED: Final = frozenset({"no_pursue", "not_applicable"})


class ContradictoryStatement(Invalid):
    """What is said of the cell contradicts itself."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says of a cell; it replaces all that was said of it before.

    state: `open`, `competitor` (somebody else supplies it), `no_pursue` (we do not want it), `not_applicable` (the
        buying center has no use for it). What was bought and what is open there is found in the deals, and goes before.
    potential: what the cell could bring in a year; None leaves it to the estimate. how: on what that rests, or why the
        cell is not pursued. confidence: in the potential, 0 to 1.
    owner, next step and due day: all three together are a strategy for the cell.
    """

    state: CellWord
    potential: Money | None = None
    how: str | None = None
    confidence: float | None = None
    competitor: str | None = None
    owner_user_id: UserId | None = None
    next_step: str | None = None
    due_on: date | None = None


def refuse_contradictions(word: Word) -> None:
    """Raise ContradictoryStatement, naming each field that cannot go with another one."""
    found = [
        FieldProblem(f"/{field}", "contradiction", message)
        for field, message, wrong in (
            ("competitor", "names a competitor where the state is not competitor", _rival_without_state(word)),
            ("potential", "what does not apply has no potential", _potential_of_nothing(word)),
            ("confidence", "is the confidence in a potential, and there is none", _confidence_in_nothing(word)),
            ("next_step", "what is not pursued has no next step", _step_nowhere(word)),
        )
        if wrong
    ]
    if found:
        raise ContradictoryStatement("say one thing of the cell", errors=found)


def _rival_without_state(word: Word) -> bool:
    return word.competitor is not None and word.state != "competitor"


def _potential_of_nothing(word: Word) -> bool:
    return word.state == "not_applicable" and word.potential is not None and word.potential.amount != 0


def _confidence_in_nothing(word: Word) -> bool:
    return word.confidence is not None and word.potential is None


def _step_nowhere(word: Word) -> bool:
    return word.state in NOT_PURSUED and (word.next_step is not None or word.due_on is not None)
