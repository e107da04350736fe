"""Decides what cannot be right in the paths and fields by which a connector reads records."""

import re
from collections.abc import Iterator
from typing import Final

from app.crm.core.spec import Field
from app.kernel.errors import FieldProblem

LONGEST_PATH: Final = 500
MOST_STEPS: Final = 20
MOST_CHOICES: Final = 10
MOST_VALUES: Final = 500
_CONDITION = re.compile(r"\[[^\[\]|=*]*\*?[^\[\]|=*]*=[^\[\]|=]+\]")


def path_problems(at: str, path: str) -> Iterator[FieldProblem]:
    """The fault of a dotted path, if it has one; an empty path has none."""
    problem = _path_problem(path) if path else None
    if problem is not None:
        yield FieldProblem(at, "path_form", problem)


def _path_problem(path: str) -> str | None:
    if len(path) > LONGEST_PATH:
        return f"may have {LONGEST_PATH} characters"
    if not path.isprintable():
        return "holds characters that cannot be seen"
    parts = [part for choice in path.split("|") for part in choice.split(" + ")]
    if len(parts) > MOST_CHOICES:
        return f"may have {MOST_CHOICES} parts between | and +"
    if any(not part or part != part.strip() for part in parts):
        return "has an empty part"
    problems = (_part_problem(part) for part in parts)
    return next((problem for problem in problems if problem is not None), None)


def _part_problem(part: str) -> str | None:
    plain = _CONDITION.sub("0", part)  # a condition is a step of its own, whatever dots it holds
    if "[" in plain or "]" in plain:
        return "has a condition that is not like [path=text]"
    if plain.count(".") >= MOST_STEPS:
        return f"may have {MOST_STEPS} steps"
    return None


def field_problems(at: str, field: Field | None) -> Iterator[FieldProblem]:
    """Every fault of a field, by its pointer below `at`; one that is not there has none."""
    if field is None:
        return
    if field.constant is not None:
        if field.path:
            yield FieldProblem(f"{at}/path", "unexpected", "a constant is not read from anywhere")
        return
    if not field.path:
        yield FieldProblem(f"{at}/path", "missing", "a path is needed, or a constant")
    yield from path_problems(f"{at}/path", field.path)
    if field.transform == "map" and not field.values:
        yield FieldProblem(f"{at}/values", "missing", "is needed by the transform map")
    if field.transform != "map" and field.values:
        yield FieldProblem(f"{at}/values", "unexpected", "comes with the transform map")
    if len(field.values) > MOST_VALUES:
        yield FieldProblem(f"{at}/values", "too_long", f"may have {MOST_VALUES} entries")
