"""What a plan's document holds: its seven parts, what is in them, and what of it the customer sees.

A document is plain JSON: by part an object with its `visibility` and its entries, or null where there is no such part.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Document = Mapping[str, Any]

# The six components of a plan, and beside them what is to be done about whitespace.
SIX: Final = ("customer_objectives", "growth_targets", "swot", "stakeholder_map", "value_plan", "risks")
PARTS: Final = (*SIX, "whitespace_plays")
SWOT: Final = ("strengths", "weaknesses", "opportunities", "threats")


def entries(document: Document, part: str) -> Sequence[Mapping[str, Any]]:
    """The entries of a part that has `items`; none where there is no such part."""
    found: Sequence[Mapping[str, Any]] = (document.get(part) or {}).get("items", ())
    return found


def goals(document: Document) -> frozenset[str]:
    """The keys of the objectives."""
    return frozenset(one["key"] for one in entries(document, "customer_objectives"))


def customer_goals(document: Document) -> frozenset[str]:
    """The keys of the objectives whose outcome is the customer's."""
    return frozenset(one["key"] for one in entries(document, "customer_objectives") if one["outcome"] == "customer")


def is_shared(document: Document, part: str) -> bool:
    """Whether the customer may see a part; a part that is not there is nothing to see."""
    return (document.get(part) or {}).get("visibility") == "shared"


def for_customer(document: Document) -> dict[str, Any]:
    """The document as the customer sees it: shared parts whole, all others as if there were none."""
    return {part: document.get(part) if is_shared(document, part) else None for part in PARTS}


def is_empty(document: Document) -> bool:
    """Whether the document says nothing at all."""
    return not any(says_something(document.get(part) or {}) for part in PARTS)


def says_something(part: Mapping[str, Any]) -> bool:
    """Whether a part has any entry."""
    return any(part.get(name) for name in ("items", *SWOT))
