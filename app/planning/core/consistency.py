"""Whether a plan's document fits together: keys stand once, references lead somewhere, periods are what they say."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from app.kernel.errors import FieldProblem, Invalid
from app.planning.core.documents import Document, entries, goals

Entry = Mapping[str, Any]
# How many days, first and last included; fiscal years of 52 or 53 weeks count as years.
PERIOD_DAYS: Final[Mapping[str, tuple[int, int]]] = {"quarter": (84, 98), "year": (357, 371)}
KEYED: Final = ("customer_objectives", "stakeholder_map", "value_plan", "risks", "whitespace_plays")


class UnusablePlan(Invalid):
    """The plan does not fit together."""


def identity(part: str) -> Callable[[Entry], object]:
    """By what an entry of a part is the same one in another version of it."""
    if part == "growth_targets":
        return lambda entry: (entry["metric"], entry["period"], entry["starts_on"])
    return lambda entry: entry["key"]


def check_document(document: Document) -> None:
    """Raise UnusablePlan, naming each place that does not fit, unless the document fits together."""
    problems = [*_repeated(document), *_periods(document), *_served(document), *_chart(document)]
    if problems:
        raise UnusablePlan("see errors", errors=problems)


def _repeated(document: Document) -> Iterator[FieldProblem]:
    for part in (*KEYED, "growth_targets"):
        of = identity(part)
        seen: set[object] = set()
        for at, entry in enumerate(entries(document, part)):
            if of(entry) in seen:
                yield FieldProblem(_place(part, at), "repeated", "stands in this part twice")
            seen.add(of(entry))


def _periods(document: Document) -> Iterator[FieldProblem]:
    for at, entry in enumerate(entries(document, "growth_targets")):
        first, last = date.fromisoformat(entry["starts_on"]), date.fromisoformat(entry["ends_on"])
        least, most = PERIOD_DAYS[entry["period"]]
        if not least <= (last - first).days + 1 <= most:
            message = f"a {entry['period']} has {least} to {most} days"
            yield FieldProblem(f"{_place('growth_targets', at)}/ends_on", "not_the_period", message)


def _served(document: Document) -> Iterator[FieldProblem]:
    known = goals(document)
    for at, entry in enumerate(entries(document, "value_plan")):
        if entry.get("objective") is not None and entry["objective"] not in known:
            yield FieldProblem(f"{_place('value_plan', at)}/objective", "unknown_objective", "is no objective's key")


def _chart(document: Document) -> Iterator[FieldProblem]:
    """Everybody reports to somebody on the chart, and nobody to themselves by any way."""
    above = {entry["key"]: entry.get("reports_to") for entry in entries(document, "stakeholder_map")}
    in_circle = _in_circles(above)
    for at, entry in enumerate(entries(document, "stakeholder_map")):
        place = f"{_place('stakeholder_map', at)}/reports_to"
        chief = entry.get("reports_to")
        if chief is not None and chief not in above:
            yield FieldProblem(place, "unknown_stakeholder", "is no stakeholder's key")
        elif entry["key"] in in_circle:
            yield FieldProblem(place, "circle", "leads back to the same person")


def _in_circles(above: Mapping[str, str | None]) -> set[str]:
    """Whom the way up leads back to: whoever is not done once all others without anybody below them are."""
    below = Counter(chief for chief in above.values() if chief in above)
    free = [key for key in above if not below[key]]
    left = set(above)
    while free:
        key = free.pop()
        left.discard(key)
        chief = above[key]
        if chief is not None and chief in above:
            below[chief] -= 1
            if not below[chief]:
                free.append(chief)
    return left


def _place(part: str, at: int) -> str:
    return f"/document/{part}/items/{at}"
