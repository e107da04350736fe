"""When an expectation is met, and how it stands on a day."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.kernel.errors import FieldProblem, Invalid

Comparison = Literal["at_least", "at_most"]
Standing = Literal["open", "met", "missed", "overdue", "withdrawn"]


class UnusableExpectationAssessment(Invalid):
    """The assessment cannot be right."""


class UnusableExpectation(Invalid):
    """The expectation cannot be right."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What makes an expectation measurable: a value on this side of the target, target included, meets it."""

    comparison: Comparison
    target: float

    def is_met(self, value: float) -> bool:
        """Whether the value meets it."""
        return value >= self.target if self.comparison == "at_least" else value <= self.target


def met_by(measure: Measure | None, value: float | None, said: bool | None) -> bool:  # noqa: FBT001  # what people say, yes or no
    """Whether an assessment says that the expectation is met.

    A value decides where there is a target; what people say may not contradict it. Without a target, or a value, their
    word decides. Raises UnusableExpectationAssessment where neither does, or both disagree.
    """
    if measure is not None and value is not None:
        measured = measure.is_met(value)
        if said is not None and said != measured:
            raise _refused("/met", "contradicts_the_value", f"the value is {'' if measured else 'not '}on target")
        return measured
    if said is None:
        pointer = "/met" if measure is None else "/value"
        raise _refused(pointer, "missing", "say what was measured, or whether it is met")
    return said


def check_measure(comparison: Comparison | None, target: float | None, metric: str | None) -> None:
    """Raises UnusableExpectation unless comparison and target come together, and with them whatever is measured."""
    problems = []
    if (comparison is None) != (target is None):
        pointer = "/comparison" if comparison is None else "/target"
        problems.append(FieldProblem(pointer, "missing", "a comparison and its target go together"))
    elif metric is not None and target is None:
        problems.append(FieldProblem("/target", "missing", "a metric needs a target to be compared with"))
    if target is not None and not math.isfinite(target):
        problems.append(FieldProblem("/target", "not_finite", "has to be a number"))
    if problems:
        raise UnusableExpectation("it is not measurable so", errors=problems)


def standing(*, due_on: date, withdrawn_on: date | None, met: bool | None, day: date) -> Standing:
    """How an expectation stands at the end of a day: as it was assessed last by then (None: never); else by its due."""
    if withdrawn_on is not None and withdrawn_on <= day:
        return "withdrawn"
    if met is not None:
        return "met" if met else "missed"
    return "overdue" if due_on < day else "open"


def _refused(pointer: str, code: str, message: str) -> UnusableExpectationAssessment:
    return UnusableExpectationAssessment(
        "it does not tell whether the expectation is met", errors=[FieldProblem(pointer, code, message)]
    )
