"""Weights that might as well have been agreed: random ones round a model's own (domain.md section 4.7)."""

from dataclasses import dataclass

import numpy as np

from app.scoring.core.arrays import Matrix, Vector
from app.selection.core.model import SelectionModel
from app.selection.core.score import Weighing, weighings

# A share is never drawn as nothing: where a criterion is all that is known of an account, it would lose its score.
LEAST_SHARE = 1e-12
LEAST_ALPHA = 1e-6  # below that a Dirichlet draw is 0 or 1 to the last bit anyway


@dataclass(frozen=True, slots=True)
class DrawnWeights:
    """By dimension, (draws, criteria of the dimension in the model's order); the largest of each draw is 1."""

    opportunity: Matrix
    alignment: Matrix

    def __len__(self) -> int:
        return len(self.opportunity)

    def part(self, first: int, last: int) -> "DrawnWeights":
        """The draws from `first` up to `last`, which is left out."""
        return DrawnWeights(self.opportunity[first:last], self.alignment[first:last])


def drawn_weights(model: SelectionModel, draws: int, concentration: float, seed: int) -> DrawnWeights:
    """`draws` sets of weights for `model`; the same seed gives the same ones.

    In each dimension the shares follow a Dirichlet distribution with alpha = `concentration` (above 0) times the
    model's share, so that their means are the model's shares and they stray the less, the higher the concentration.
    Criteria without weight stay without; the share of a dimension's only criterion with weight is always the whole.
    The dimensions' own shares of the composite stay as they are. Source: SMAA (Lahdelma and Salminen 2001), with the
    uncertainty about weights centred on those that were agreed.
    """
    generator = np.random.default_rng(seed)
    opportunity, alignment = (_drawn(part, draws, concentration, generator) for part in weighings(model))
    return DrawnWeights(opportunity, alignment)


def _drawn(part: Weighing, draws: int, concentration: float, generator: np.random.Generator) -> Matrix:
    weights = np.tile(part.weights, (draws, 1))
    weighing = np.flatnonzero(part.weights > 0.0)
    if weighing.size > 1:
        shares = generator.dirichlet(_alphas(part.weights[weighing], concentration), size=draws)
        np.maximum(shares, LEAST_SHARE, out=shares)
        weights[:, weighing] = shares / shares.max(axis=1, keepdims=True)
    return weights


def _alphas(weights: Vector, concentration: float) -> Vector:
    alphas: Vector = np.maximum(concentration * weights / weights.sum(), LEAST_ALPHA)
    return alphas
