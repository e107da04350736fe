"""A selection model's tier rules as scores against minima, whether they are by score or by a table of bands."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.retiering.core.hysteresis import Rule
from app.selection.core.model import AXES, BANDS, Axis, Band, SelectionModel

POINTS = 100.0  # a worth of 1 on an axis of a tier table


def rules_of(model: SelectionModel) -> tuple[Rule, ...]:
    """The model's tiers from the highest down; minima are points of 0..100, of an axis' worth where bands decide."""
    if model.tier_table is None:
        return tuple(
            Rule(
                tier.name,
                {
                    "opportunity": tier.minimum_opportunity,
                    "alignment": tier.minimum_alignment,
                    "composite": tier.minimum_composite,
                },
            )
            for tier in model.tiers
        )
    table = model.tier_table
    return tuple(
        Rule(
            rule.name,
            {
                "revenue": _from(table.revenue, rule.minimum_revenue),
                "potential": _from(table.potential, rule.minimum_potential),
            },
        )
        for rule in table.rules
    )


def _from(axis: Axis, band: Band) -> float:
    place = BANDS.index(band)
    return POINTS * axis.bands[place - 1] if place else 0.0


def scores_of(
    model: SelectionModel, figures: Mapping[Any, Any], utilities: Sequence[float | None]
) -> dict[str, float | None]:
    """The scores that the rules ask for, 0..100, None = unknown.

    figures: `opportunity`, `alignment` and `composite` as scored. utilities: as kept, those of the criteria and behind
    them the worths of both axes, where the model has a tier table.
    """
    if model.tier_table is None:
        return {name: figures[name] for name in ("opportunity", "alignment", "composite")}
    worths = utilities[len(model.criteria) :]
    return {axis: None if worth is None else POINTS * worth for axis, worth in zip(AXES, worths, strict=False)}
