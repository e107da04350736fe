"""Whether an answer has the shape of a recorded one."""

from typing import Any


def differences(recorded: Any, made: Any, *, without: frozenset[str] = frozenset(), at: str = "") -> list[str]:
    """Where the made answer has other names or other types of values than the recorded one; null may be any type.

    without: names that may be on one side alone (fields that a caller asks for, or does not). Of lists, every made
    element must fit the first recorded one.
    """
    if recorded is None or made is None:
        return []
    if isinstance(recorded, dict) and isinstance(made, dict):
        found = [
            f"{at}.{name}: {'lacks' if name in recorded else 'has'} it"
            for name in sorted(set(recorded) ^ set(made))
            if name not in without
        ]
        for name in sorted(set(recorded) & set(made)):
            found += differences(recorded[name], made[name], without=without, at=f"{at}.{name}")
        return found
    if isinstance(recorded, list) and isinstance(made, list):
        first = recorded[:1]
        return [
            line
            for place, one in enumerate(made)
            for line in (differences(first[0], one, without=without, at=f"{at}[{place}]") if first else [])
        ]
    return [] if _kind(recorded) == _kind(made) else [f"{at}: {_kind(made)} in place of {_kind(recorded)}"]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
