"""Scores as they are kept, and the answers that are put together from them again.

A kept score holds what cannot be found again: the inputs with their facts' dates, the utilities (a percentile needs the
portfolio of that day) and the standing. All else follows from these and the immutable version of the model. Arrays
follow the order of the model's criteria; behind them stand both axes of its tier table, where it has one.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from app.kernel import columns
from app.kernel.columns import Column
from app.metrics.core.measured import Measured
from app.metrics.core.registry import Registry
from app.scoring.core.arrays import Matrix
from app.scoring.core.inputs import Inputs
from app.selection.core.alone import Alone, with_identity
from app.selection.core.alone import Standing as OneStanding
from app.selection.core.answer import Answer, Context
from app.selection.core.changes import Kept
from app.selection.core.model import AXES, SelectionModel
from app.selection.core.score import Scores
from app.selection.core.standing import Standing
from app.selection.core.tiering import QUADRANTS

# What a kept score holds beside its identity, in this order.
COLUMNS = (
    "inputs", "utilities", "gate_inputs", "fact_counts", "facts_on", "opportunity", "alignment", "composite",
    "low", "high", "coverage", "quadrant", "tier", "provisional", "rank", "ranked", "percentile",
)  # fmt: skip


def kept_columns(scores: Scores, inputs: Inputs, standing: Standing, measured: Measured) -> dict[str, Column]:
    """The COLUMNS of the accounts, in order; unrounded, NaN as NULL."""
    model = scores.model
    judged, gates = _split(model, inputs.matrix)
    keys = [*(criterion.metric for criterion in model.criteria), *(axis.metric for axis in model.axes)]
    figures = [*(figures[0] for figures in scores.figures), *scores.figures[2, 1:]]
    together = np.full(scores.count, standing.together > 1)
    found = (
        columns.numbers(judged),
        columns.numbers(scores.judged),
        columns.numbers(gates),
        columns.whole_numbers(np.array([measured.facts[key] for key in keys]).T),
        columns.days(np.array([measured.latest[key] for key in keys]).T),
        *map(columns.numbers, figures),
        columns.named(scores.quadrant, QUADRANTS),
        columns.named(scores.tier, model.tier_names),
        columns.flags(scores.provisional),
        columns.whole_numbers(standing.rank, together & (standing.rank > 0)),
        columns.whole_numbers(np.full(scores.count, standing.ranked), together),
        columns.numbers(np.where(together, standing.percentile, np.nan)),
    )
    return dict(zip(COLUMNS, found, strict=True))


def _split(model: SelectionModel, matrix: Matrix) -> tuple[Matrix, Matrix]:
    """The columns of the criteria and, behind them, of the axes; and those of the gates."""
    criteria = len(model.criteria)
    behind = criteria + len(model.gates)
    gates = matrix[:, criteria:behind]
    own = matrix[:, :criteria]
    return (np.hstack([own, matrix[:, behind:]]) if model.axes else own), gates


def answer_from(alone: Alone, registry: Registry, row: Mapping[str, Any]) -> Answer:
    """The Score that a kept row tells of; `alone` is its model, for scores that are kept."""
    model = alone.model
    criteria, judged = len(model.criteria), row["inputs"]
    codes = _known([*judged[:criteria], *row["gate_inputs"], *judged[criteria:]])
    sources = _sources(model, registry, row["fact_counts"], row["facts_on"])
    standing = None if row["ranked"] is None else OneStanding(row["rank"], row["ranked"], row["percentile"])
    context = Context(
        account_ids=[str(row["account_id"])],
        as_of=row["as_of"].isoformat(),
        model_id=str(row["model_id"]),
        model_version=row["model_version"],
        previous=[_previous(row)],
    )
    return with_identity(alone.answer(codes, _known(row["utilities"]), *sources), context, standing)


def _known(figures: Sequence[float | None]) -> list[float]:
    return [math.nan if figure is None else figure for figure in figures]


def _previous(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["previous_as_of"] is None:
        return None
    composite = row["previous_composite"]
    return {
        "composite": None if composite is None else round(composite, 4),
        "tier": row["previous_tier"],
        "as_of": row["previous_as_of"].isoformat(),
    }


def _sources(
    model: SelectionModel, registry: Registry, counts: Sequence[int], days: Sequence[date | None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Per criterion, and per axis, the kind of fact that its value comes from and the day of the latest."""
    metrics = [(one.key, one.metric) for one in model.criteria]
    metrics += [(name, axis.metric) for name, axis in zip(AXES, model.axes, strict=False)]  # or no axis at all
    found = [
        None
        if day is None or metric not in registry
        else (key, {"fact": registry.of(metric).facts[0], "as_of": day.isoformat(), "facts": count})
        for (key, metric), count, day in zip(metrics, counts, days, strict=True)
    ]
    criteria = len(model.criteria)
    return dict(filter(None, found[:criteria])), dict(filter(None, found[criteria:]))


def kept(model: SelectionModel, row: Mapping[str, Any]) -> Kept:
    """The row as the explanation of changes takes it: the criteria alone, since axes add nothing to a composite."""
    criteria = len(model.criteria)
    return Kept(model, row["inputs"][:criteria], row["utilities"][:criteria])
