"""Reads parsed JSON into typed values and notes, with its JSON pointer, every field that has the wrong shape."""

import math
from collections.abc import Collection, Mapping, Sequence

from app.kernel.errors import FieldProblem, Invalid

MAX_LISTED = 20  # problems named in one refusal


def escaped(key: str) -> str:
    """A key as one token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def refuse_if_any(problems: Sequence[FieldProblem], what: str) -> None:
    """Raise Invalid naming the first problems, if there are any."""
    if problems:
        count = len(problems)
        raise Invalid(f"{what}: {count} problem{'s' if count > 1 else ''}", errors=problems[:MAX_LISTED])


def number_problem(value: object) -> tuple[str, str] | None:
    """Why `value` is no finite number (code, message), or None; a bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "wrong_type", "must be a number"
    try:
        finite = math.isfinite(value)
    except OverflowError:  # an integer beyond the range of floats
        finite = False
    return None if finite else ("not_finite", "must be a finite number")


class Fields:
    """The fields of one JSON object while it is being read.

    A field of the wrong shape adds to `problems` and gives a stand-in, so that one reading finds every fault; whoever
    reads must not use the result if `problems` is not empty. Unknown fields are faults.
    """

    def __init__(self, document: object, pointer: str, problems: list[FieldProblem], known: Collection[str]) -> None:
        self.pointer = pointer
        self.problems = problems
        self.readable = isinstance(document, Mapping)
        self.values: Mapping[str, object] = document if isinstance(document, Mapping) else {}
        if not self.readable:
            self.fault("", "wrong_type", "must be an object")
        for name in self.values:
            if name not in known:
                self.fault(str(name), "unknown_field", "no such field")

    def fault(self, name: str, code: str, message: str) -> None:
        where = f"{self.pointer}/{escaped(name)}" if name else self.pointer
        self.problems.append(FieldProblem(where, code, message))

    def given(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.values.get(name) is not None

    def number(self, name: str, default: float | None = None) -> float:
        if default is not None and not self.given(name):
            return default
        value = self._needed(name)
        if value is None:
            return 0.0
        problem = number_problem(value)
        if problem is None and isinstance(value, int | float):
            return float(value)
        self.fault(name, *(problem or ("wrong_type", "must be a number")))
        return 0.0

    def text(self, name: str, default: str | None = None) -> str:
        if default is not None and not self.given(name):
            return default
        value = self._needed(name)
        if isinstance(value, str):
            return value
        if value is not None:
            self.fault(name, "wrong_type", "must be a text")
        return ""

    def text_or_none(self, name: str) -> str | None:
        return self.text(name) if self.given(name) else None

    def choice(self, name: str, options: Sequence[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if self.given(name) and isinstance(self.values[name], str) and value not in options:
            self.fault(name, "unknown_choice", f"must be one of {', '.join(options)}")
        return value

    def items(self, name: str) -> Sequence[object]:
        """The elements of a list that must be there."""
        value = self._needed(name)
        if isinstance(value, list | tuple):
            return value
        if value is not None:
            self.fault(name, "wrong_type", "must be a list")
        return ()

    def _needed(self, name: str) -> object:
        value = self.values.get(name)
        if value is None and self.readable:
            self.fault(name, "missing", "is needed")
        return value
