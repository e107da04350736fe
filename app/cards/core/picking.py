"""Picks the few things of an account that somebody needs to see who has a minute, the weightiest first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

MOST = 3
_GRAVEST_FIRST = ("high", "medium", "low")


def strengths(contributions: Iterable[Mapping[str, Any]], most: int = MOST) -> list[Mapping[str, Any]]:
    """The criteria that carry the score: those with the largest contribution (points of 100), none that add nothing."""
    known = [each for each in contributions if (each["contribution"] or 0) > 0]
    return sorted(known, key=lambda each: (-each["contribution"], each["criterion"]))[:most]


def lifts(contributions: Iterable[Mapping[str, Any]], most: int = MOST) -> list[Mapping[str, Any]]:
    """The criteria that would lift the score most: those with the largest headroom (points), none that are full."""
    open_ones = [each for each in contributions if (each["headroom"] or 0) > 0]
    return sorted(open_ones, key=lambda each: (-each["headroom"], each["criterion"]))[:most]


def gravest(warnings: Iterable[Mapping[str, Any]], most: int = MOST) -> list[Mapping[str, Any]]:
    """The gravest warnings, of equal ones those that have been there longest; an unknown severity stands last."""
    ranks = {severity: rank for rank, severity in enumerate(_GRAVEST_FIRST)}
    return sorted(
        warnings, key=lambda each: (ranks.get(each["severity"], len(ranks)), each["first_seen_on"], each["code"])
    )[:most]


def overdue(due: Iterable[date], today: date) -> int:
    """How many promises are past their day; one that is due today is not."""
    return sum(day < today for day in due)


def headline(card: Mapping[str, Any]) -> str:
    """The card in a line, for a plugin that has room for no more; what is not known is left out.

    card: as the wire has it; a section is None where nothing is known of it, or it may not be seen.
    """
    parts: list[str] = [
        *_of_score(card["score"]),
        *_of_health(card["health"]),
        *_counted((card["warnings"] or {}).get("open", 0), "warning"),
        *_counted((card["commitments"] or {}).get("overdue", 0), "overdue commitment"),
    ]
    return " · ".join(parts) or "Not scored yet"


def _of_score(score: Mapping[str, Any] | None) -> Sequence[str]:
    if score is None:
        return []
    found = score["composite"]["score"]
    told = score["tier"] if found is None else f"{score['tier']}, {found:.0f} of 100"
    return [f"{told} (provisional)" if score["provisional"] else told]


def _of_health(health: Mapping[str, Any] | None) -> Sequence[str]:
    return [] if health is None or health["quadrant"] is None else [health["quadrant"].replace("_", " ")]


def _counted(number: int, what: str) -> Sequence[str]:
    return [f"{number} {what}{'' if number == 1 else 's'}"] if number else []
