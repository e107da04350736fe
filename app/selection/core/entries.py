"""The entries of a Score that explain it criterion by criterion: as dicts, or at once as JSON text for many accounts.

Both say the same. Text is for answers that go straight onto the wire: no entry becomes a Python object, which for
twelve criteria a thousand times over is most of an answer's cost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import orjson

from app.scoring.core.arrays import Indices, Matrix, Vector
from app.scoring.core.inputs import decoded, or_none
from app.scoring.core.value_functions import Boolean, Categories
from app.scoring.core.weighted_score import LENT_UTILITY
from app.selection.core.headroom import headroom
from app.selection.core.model import Criterion
from app.selection.core.rounding import rounded
from app.selection.core.score import Scores

Sources = Sequence[Mapping[str, Mapping[str, object]]]
# One per account: what stands under `contributions`.
Entries = Callable[[Scores, Matrix, Sources], Iterable[object]]


def entry_dicts(scores: Scores, matrix: Matrix, sources: Sources) -> Iterable[list[dict[str, object]]]:
    """Per account a list of dicts, the criteria with the most headroom first, ties in the model's order, null last."""
    figures, order = _figures(scores)
    columns = [
        _dicts(criterion, decoded(matrix[:, at] + 0.0, criterion.value_function), or_none(figures[:, at]), sources)
        for at, criterion in enumerate(scores.model.criteria)
    ]
    return [[row[at] for at in best] for row, best in zip(zip(*columns, strict=True), order, strict=True)]


def entry_texts(scores: Scores, matrix: Matrix, sources: Sources) -> Iterable[orjson.Fragment]:
    """The same lists as JSON text, which orjson takes over as it is."""
    figures, order = _figures(scores)
    columns = [
        _texts(criterion, _value_texts(criterion, matrix[:, at]), figures[:, at], sources)
        for at, criterion in enumerate(scores.model.criteria)
    ]
    return [
        orjson.Fragment(f"[{','.join([row[at] for at in best])}]")
        for row, best in zip(zip(*columns, strict=True), order, strict=True)
    ]


def _figures(scores: Scores) -> tuple[Any, list[list[int]]]:
    """Utility, contribution and headroom, (3, criteria, accounts), rounded; each account's order of the criteria."""
    lent = LENT_UTILITY[scores.model.missing_policy]
    # The utilities that the contributions were made with, lent ones included.
    used = scores.utilities if lent is None else np.nan_to_num(scores.utilities, nan=lent)
    figures = rounded(np.stack([used, scores.contributions, headroom(scores)]))
    order: Indices = np.argsort(-figures[2], axis=0, kind="stable")
    return figures, order.T.tolist()


def _dicts(criterion: Criterion, values: list[Any], figures: list[Any], sources: Sources) -> list[dict[str, object]]:
    key, dimension, weight = criterion.key, criterion.dimension, criterion.weight
    theirs = [one.get(key) for one in sources] or repeat(None, len(values))
    return [
        {
            "criterion": key,
            "dimension": dimension,
            "value": value,
            "utility": utility,
            "weight": weight,
            "contribution": contribution,
            "headroom": gain,
            "source": source,
        }
        for value, utility, contribution, gain, source in zip(values, *figures, theirs, strict=True)
    ]


def _texts(criterion: Criterion, values: list[str], figures: Matrix, sources: Sources) -> list[str]:
    start = f'{{"criterion":{_text(criterion.key)},"dimension":{_text(criterion.dimension)},"value":'
    middle = f',"weight":{_text(criterion.weight)},"contribution":'
    theirs = [_text(one.get(criterion.key)) for one in sources] or repeat("null", len(values))
    return [
        f'{start}{value},"utility":{utility}{middle}{contribution},"headroom":{gain},"source":{source}}}'
        for value, utility, contribution, gain, source in zip(values, *map(_numbers, figures), theirs, strict=True)
    ]


def _value_texts(criterion: Criterion, column: Vector) -> list[str]:
    function = criterion.value_function
    if isinstance(function, Boolean | Categories):
        known = function.labels if isinstance(function, Categories) else (False, True)
        texts = [*map(_text, known), "null"]
        return [texts[code] for code in np.where(np.isnan(column), len(known), column).astype(np.intp).tolist()]
    return _numbers(column + 0.0)


def _numbers(column: Vector) -> list[str]:
    """Each number as JSON text, NaN as null."""
    text = orjson.dumps(np.ascontiguousarray(column), option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return text[1:-1].split(",") if len(column) else []


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
