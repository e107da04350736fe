"""What differs between two models, by their documents: criteria, shares of weight, rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.selection.core.model import DIMENSIONS
from app.selection.core.rounding import rounded_or_none

Document = Mapping[str, Any]  # of a model, whole, as `model_document` writes it
Kind = Literal["added", "dropped", "changed"]


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """A criterion that only one model has, or that differs; shares are of its dimension's weight, None = not there.

    fields: what else of it differs, by the names of the document.
    """

    criterion: str
    kind: Kind
    share_before: float | None
    share_after: float | None
    fields: tuple[str, ...]


def criterion_changes(before: Document, after: Document) -> list[CriterionChange]:
    """The criteria that differ, in the later model's order, dropped ones last.

    Weights have no scale, so a criterion whose weight is another number but the same share does not differ.
    """
    old, new = ({one["key"]: one for one in document["criteria"]} for document in (before, after))
    shares = _shares(before), _shares(after)
    found = [
        _change(key, old.get(key), new.get(key), (shares[0].get(key), shares[1].get(key))) for key in {**new, **old}
    ]
    return [one for one in found if one is not None]


def rule_changes(before: Document, after: Document) -> list[str]:
    """The names of what else of the documents differs: name, gates, tiers and so on."""
    return sorted(name for name in {**before, **after} if name != "criteria" and before.get(name) != after.get(name))


def _shares(document: Document) -> dict[str, float | None]:
    """Each criterion's share of its dimension's weight, 0 in a dimension without weight; by key."""
    weights = {
        dimension: sum(one["weight"] for one in document["criteria"] if one["dimension"] == dimension)
        for dimension in DIMENSIONS
    }
    return {
        one["key"]: rounded_or_none(one["weight"] / weights[one["dimension"]]) if weights[one["dimension"]] else 0.0
        for one in document["criteria"]
    }


def _change(
    key: str, old: Document | None, new: Document | None, shares: tuple[float | None, float | None]
) -> CriterionChange | None:
    if old is None or new is None:
        return CriterionChange(key, "dropped" if new is None else "added", *shares, ())
    fields = tuple(name for name in {**old, **new} if name != "weight" and old.get(name) != new.get(name))
    return CriterionChange(key, "changed", *shares, fields) if fields or shares[0] != shares[1] else None
