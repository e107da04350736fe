"""What is kept of an account's hygiene and health on a day, and the way back from what is kept.

Kept are the values measured with their facts' days, the utilities and the figures; all else follows from these and the
immutable version of the model. Arrays follow the order of the model's indicators.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from app.health.core.model import HealthModel
from app.health.core.score import Scores, quadrant_names, score_utilities
from app.kernel import copy_text
from app.metrics.core.measured import Measured
from app.scoring.core.arrays import Matrix


def values_of(model: HealthModel, measured: Measured) -> Matrix:
    """The metrics as they were measured, (accounts, indicators), also those that their value functions cannot judge."""
    return np.array([measured.values[indicator.metric] for indicator in model.indicators], dtype=np.float64).T


def kept_columns(scores: Scores, measured: Measured) -> Iterator[tuple[str, ...]]:
    """Of every account, in order: what a day's row holds beside whose and which it is.

    As `copy_text` has it; unrounded, NaN as NULL.
    """
    metrics = [indicator.metric for indicator in scores.model.indicators]
    return zip(
        copy_text.number_arrays(values_of(scores.model, measured)),
        copy_text.number_arrays(scores.utilities.T),
        copy_text.number_arrays(np.array([measured.facts[key] for key in metrics]).T),
        copy_text.day_arrays(np.array([measured.latest[key] for key in metrics]).T),
        *(copy_text.numbers(figure) for side in scores.figures for figure in side),
        map(copy_text.field, quadrant_names(scores.quadrant)),
        map(copy_text.field, scores.provisional.tolist()),
        strict=True,
    )


def kept_scores(model: HealthModel, rows: Sequence[Mapping[str, Any]]) -> tuple[Scores, Matrix]:
    """The scores of kept rows of one model again, and the values that were measured, (rows, indicators)."""
    matrix = _known([row["inputs"] for row in rows], len(model.indicators))
    return score_utilities(model, _known([row["utilities"] for row in rows], len(model.indicators)).T), matrix


def _known(lists: Sequence[Sequence[float | None]], width: int) -> Matrix:
    figures = [[math.nan if figure is None else figure for figure in one] for one in lists]
    return np.array(figures, dtype=np.float64).reshape(len(lists), width)
