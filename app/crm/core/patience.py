"""Decides how long a record, or a whole CRM, is left alone after a failure, and when to give a record up."""

from datetime import timedelta

MAX_ATTEMPTS = 8
_FIRST, _LONGEST = 5.0, 3600.0
_FIRST_REST, _LONGEST_REST = 5.0, 300.0
_SPREAD = 0.25


def pause(attempts: int, chance: float) -> timedelta:
    """How long a record waits after its failed tries (1, 2, …): 5 s, four times that each time, an hour at most.

    chance: 0 to 1; spreads the wait by a quarter either way, so that what failed together is not tried together.
    """
    return _spread(min(_FIRST * 4.0 ** (min(attempts, 20) - 1), _LONGEST), chance)


def rest(failures: int, chance: float) -> timedelta:
    """How long a CRM is left alone after failures in a row (1, 2, …): 5 s, doubled each time, 5 minutes at most."""
    return _spread(min(_FIRST_REST * 2.0 ** (min(failures, 20) - 1), _LONGEST_REST), chance)


def _spread(seconds: float, chance: float) -> timedelta:
    return timedelta(seconds=seconds * (1 - _SPREAD + 2 * _SPREAD * chance))


def given_up(attempts: int) -> bool:
    """Whether a record that failed so many times is not tried again by itself."""
    return attempts >= MAX_ATTEMPTS
