"""What a row of the table of named cases says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A promise in a few words, and the tests that show that it is kept: `file::name`, the nearest one first."""

    promise: str
    tests: tuple[str, ...]


def case(promise: str, *tests: str) -> Case:
    return Case(promise, tests)
