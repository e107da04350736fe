"""How complete a plan is: which of its six components are there, and what is missing of the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.planning.core.documents import SIX, SWOT, Document, customer_goals, entries


@dataclass(frozen=True, slots=True)
class Component:
    """One of the six components; `missing` says what it lacks, None where it is complete."""

    component: str
    missing: str | None

    @property
    def complete(self) -> bool:
        return self.missing is None


def components(document: Document) -> tuple[Component, ...]:
    """The six components in their order, each complete or with what it lacks.

    A component is complete when it is there and not empty: objectives with at least one outcome of the customer's, all
    four fields of SWOT, every risk with its mitigation. Source: PLN-02.
    """
    return tuple(Component(name, _LACKING[name](document)) for name in SIX)


def completeness(document: Document) -> float:
    """The share of the six components that are complete, from 0 to 1."""
    found = components(document)
    return sum(one.complete for one in found) / len(found)


def _objectives(document: Document) -> str | None:
    return None if customer_goals(document) else "an objective whose outcome is the customer's"


def _swot(document: Document) -> str | None:
    empty = [name for name in SWOT if not (document.get("swot") or {}).get(name)]
    return ", ".join(empty) or None


def _risks(document: Document) -> str | None:
    found = entries(document, "risks")
    if not found:
        return "a risk with its mitigation"
    open_ones = [one["key"] for one in found if not one.get("mitigation")]
    return f"the mitigation of {', '.join(open_ones)}" if open_ones else None


def _an_entry(part: str, what: str) -> Callable[[Document], str | None]:
    return lambda document: None if entries(document, part) else what


_LACKING: Final[Mapping[str, Callable[[Document], str | None]]] = {
    "customer_objectives": _objectives,
    "growth_targets": _an_entry("growth_targets", "a target of a quarter or a year"),
    "swot": _swot,
    "stakeholder_map": _an_entry("stakeholder_map", "somebody of the customer's"),
    "value_plan": _an_entry("value_plan", "a milestone"),
    "risks": _risks,
}
