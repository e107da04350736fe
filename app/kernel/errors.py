"""The kinds of refusal: what a rule may say no with, before anyone knows of HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that cannot be right: where (JSON pointer into the request body), a stable code, and why."""

    pointer: str
    code: str
    message: str


class Refusal(Exception):
    """Refused."""

    # The docstring of each subclass is its problem's title (less the full stop); the message tells this case.

    def __init__(self, detail: str, *, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class NotFound(Refusal):
    """Not found."""


class Invalid(Refusal):
    """The input cannot be right."""


class Conflict(Refusal):
    """Wrong now."""


class Stale(Refusal):
    """Changed since it was read."""


class VersionNeeded(Refusal):
    """If-Match is needed here."""


class Forbidden(Refusal):
    """Not allowed with this key."""


class Unauthenticated(Refusal):
    """No valid key."""


class Malformed(Refusal):
    """The request cannot be read."""


class TooMany(Refusal):
    """Too many requests."""


class Unavailable(Refusal):
    """Not available for the moment."""
