"""Decides whether single fields of a model are within their bounds: texts, counts and numbers."""

import math
from collections.abc import Iterator

from app.kernel.errors import FieldProblem

MAX_TEXT = 100  # characters of a name, key or group


def text_problems(pointer: str, text: str) -> Iterator[FieldProblem]:
    if not text.strip():
        yield FieldProblem(pointer, "empty", "must not be empty")
    elif len(text) > MAX_TEXT:
        yield FieldProblem(pointer, "too_long", f"at most {MAX_TEXT} characters")


def count_problems(pointer: str, count: int, most: int) -> Iterator[FieldProblem]:
    if count > most:
        yield FieldProblem(pointer, "too_many", f"at most {most}")


def range_problems(pointer: str, number: float, low: float, high: float) -> Iterator[FieldProblem]:
    if not math.isfinite(number):
        yield FieldProblem(pointer, "not_finite", "must be a finite number")
    elif not low <= number <= high:
        yield FieldProblem(pointer, "out_of_range", f"must be from {low:g} to {high:g}")
