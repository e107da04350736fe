"""How each function weighs the criteria, and what all functions together come to: every function counts once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.selection.core.feedback.ahp import Priorities, joint_ratios, priorities, reciprocal_matrix
from app.selection.core.feedback.answers import Method

Aggregation = Literal["geometric_mean", "mean"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A participant's answer: `given` and `weights` as in Weighing."""

    function: str
    method: Method
    given: tuple[float, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FunctionWeights:
    """A function's weights, sum 1; `priorities` where they come from a joint matrix of judgements."""

    function: str
    participants: int
    aggregation: Aggregation
    weights: tuple[float, ...]
    priorities: Priorities | None


def function_weights(submissions: Sequence[Submission], count: int) -> list[FunctionWeights]:
    """The weights of each function that answered, by name.

    Where all its participants compared pairs, those of the joint matrix (geometric mean); else the mean of its
    participants' weights. count: how many criteria there are.
    """
    names = sorted({one.function for one in submissions})
    return [_of_function(name, [one for one in submissions if one.function == name], count) for name in names]


def _of_function(name: str, submissions: Sequence[Submission], count: int) -> FunctionWeights:
    if all(one.method == "ahp" for one in submissions):
        joint = joint_ratios(np.array([one.given for one in submissions], dtype=np.float64))
        found = priorities(reciprocal_matrix(joint, count))
        return FunctionWeights(name, len(submissions), "geometric_mean", tuple(found.weights.tolist()), found)
    mean = np.array([one.weights for one in submissions]).mean(axis=0)
    return FunctionWeights(name, len(submissions), "mean", tuple(mean.tolist()), None)


def weights_of(functions: Sequence[FunctionWeights]) -> npt.NDArray[np.float64]:
    """Their weights as one array, functions x criteria."""
    return np.array([one.weights for one in functions], dtype=np.float64)
