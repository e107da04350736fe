"""What closing a round comes to, as the document that is kept for good; figures in it are not rounded."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from app.selection.core.feedback.agreement import agreement
from app.selection.core.feedback.ahp import Deviation, Priorities
from app.selection.core.feedback.criteria import RoundCriterion, keys_of
from app.selection.core.feedback.disagreement import MOST_DISPUTED, Disagreement, disagreements
from app.selection.core.feedback.functions import FunctionWeights, Submission, function_weights, weights_of
from app.selection.core.feedback.owning import Ownership, ownership_index
from app.selection.core.model import DIMENSIONS

DECIMALS: Final = 6


def outcome_document(
    criteria: Sequence[RoundCriterion], submissions: Sequence[Submission], parts: Sequence[Ownership]
) -> dict[str, Any]:
    """The result of a round with at least one answer.

    Weights per function and their mean, how far functions agree, where they differ most, how the weights shift from the
    draft's shares, and who shares in them.
    """
    keys = keys_of(criteria)
    functions = function_weights(submissions, len(keys))
    weights = weights_of(functions)
    mean = [float(each) for each in weights.mean(axis=0)]
    differing = disagreements([one.function for one in functions], weights)
    return {
        "answers": len(submissions),
        "functions": [_function(one, keys) for one in functions],
        "weights": dict(zip(keys, mean, strict=True)),
        "dimensions": _dimensions(criteria, mean),
        "shifts": [
            {"criterion": one.key, "draft": one.share, "weight": weight, "shift": weight - one.share}
            for one, weight in zip(criteria, mean, strict=True)
        ],
        "agreement": asdict(agreement(weights)),
        "disagreements": [_disagreement(one, keys) for one in differing],
        "most_disputed": [keys[one.criterion] for one in differing[:MOST_DISPUTED] if one.range > 0.0],
        "co_ownership": ownership_document(parts),
    }


def _function(one: FunctionWeights, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "function": one.function,
        "participants": one.participants,
        "aggregation": one.aggregation,
        "weights": dict(zip(keys, one.weights, strict=True)),
        "consistency": None if one.priorities is None else consistency_document(one.priorities),
    }


def _dimensions(criteria: Sequence[RoundCriterion], mean: Sequence[float]) -> dict[str, float]:
    """What share of the composite each dimension would have if weights were all there is to it."""
    return {
        dimension: sum(weight for one, weight in zip(criteria, mean, strict=True) if one.dimension == dimension)
        for dimension in DIMENSIONS
    }


def _disagreement(one: Disagreement, keys: Sequence[str]) -> dict[str, Any]:
    return {**asdict(one), "criterion": keys[one.criterion]}


def consistency_document(found: Priorities) -> dict[str, Any]:
    """How well judgements fit together."""
    return {
        "lambda_max": found.lambda_max,
        "consistency_index": found.ci,
        "consistency_ratio": found.cr,
        "acceptable": found.acceptable,
    }


def deviation_document(one: Deviation, keys: Sequence[str]) -> dict[str, Any]:
    """A judgement that departs from the weights."""
    return {"a": keys[one.a], "b": keys[one.b], "ratio": one.ratio, "implied": one.implied}


def ownership_document(parts: Sequence[Ownership]) -> dict[str, Any]:
    """Each function's part, and the mean."""
    return {
        "functions": [{**asdict(one), "index": one.index} for one in parts],
        "index": ownership_index(parts),
    }


def to_decimals(value: Any) -> Any:
    """The document with its figures rounded to be written, 6 decimals."""
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0
    if isinstance(value, Mapping):
        return {name: to_decimals(each) for name, each in value.items()}
    if isinstance(value, list):
        return [to_decimals(each) for each in value]
    return value
