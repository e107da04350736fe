"""Why a score changed: the difference of two kept scores, split into parts that add up to it.

Order of substitution, from the earlier score to the later one; each part is the change of the composite at its step:
1. `input`: criterion by criterion, the values known both times, still judged by the earlier value functions;
2. `coverage`: the criteria that became known;
3. `weight`, of the criteria whose share of their dimension rose (new ones among them); then `opportunity_share` and
   `missing_policy`; then `weight` of those whose share fell (dropped ones among them);
4. `value_function`: criterion by criterion, the later value functions on the later values;
5. `coverage`: the criteria that became unknown.
The order is chosen so that no step in between lacks a score when both ends have one: what is known, and what weighs, is
never less than at one of the ends. Within a step criteria go in the order of the later model, dropped ones last.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.scoring.core.inputs import coded, decoded
from app.scoring.core.value_functions import Percentile
from app.scoring.core.weighted_score import MissingPolicy, weighted_score
from app.selection.core.model import DIMENSIONS, Criterion, Dimension, SelectionModel
from app.selection.core.score import weighings

Kind = Literal["input", "coverage", "weight", "opportunity_share", "missing_policy", "value_function"]
NOISE = 1e-12  # a part this small is the rounding of floats, not a change
Name = tuple[str, Dimension]  # key and dimension: a criterion that changes its dimension is dropped and new


@dataclass(frozen=True, slots=True)
class Kept:
    """One account's score as it was kept: the model, and per criterion the coded value and the utility, None = unknown.

    Both unrounded; utilities are kept because a percentile cannot be found again without the portfolio of that day.
    """

    model: SelectionModel
    inputs: Sequence[float | None]
    utilities: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Part:
    """What one step of the substitution added to the composite; criterion None where it concerns them all."""

    kind: Kind
    criterion: str | None
    delta: float


@dataclass(frozen=True, slots=True)
class Changes:
    """The composites before and after, their difference, and its parts (those that are not 0).

    Where either composite is null there is no difference: delta is None and there are no parts.
    """

    before: float | None
    after: float | None
    delta: float | None
    parts: tuple[Part, ...]


def changes(before: Kept, after: Kept) -> Changes:
    """What the composite's change from `before` to `after` is made of; the parts add up to it to 1e-9."""
    old, new = _judgements(before), _judgements(after)
    mixture = _Mixture(before, old, new)
    walk = _Walk(mixture)
    both = [name for name in new if name in old]
    stayed = [name for name in both if old[name].known and new[name].known]
    came = [name for name in both if new[name].known and not old[name].known]
    went = [name for name in both if old[name].known and not new[name].known]

    for name in stayed:
        walk.judge("input", name, _in_old_terms(old[name], new[name], old[name].utility))
    for name in came:
        walk.judge("coverage", name, _in_old_terms(old[name], new[name], new[name].utility))
    walk.reweigh(new, after.model)
    for name in [*stayed, *came]:
        walk.judge("value_function", name, new[name].utility)
    for name in went:
        walk.judge("coverage", name, math.nan)
    return walk.changes()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A criterion, its share of its dimension's weight, the account's coded value and utility (NaN = unknown)."""

    criterion: Criterion
    share: float
    value: float
    utility: float

    @property
    def known(self) -> bool:
        return not math.isnan(self.utility)


def _judgements(kept: Kept) -> dict[Name, _Judgement]:
    shares = _shares(kept.model)
    entries = zip(kept.model.criteria, shares, kept.inputs, kept.utilities, strict=True)
    return {
        (criterion.key, criterion.dimension): _Judgement(criterion, share, _or_nan(value), _or_nan(utility))
        for criterion, share, value, utility in entries
    }


def _shares(model: SelectionModel) -> list[float]:
    """Each criterion's share of its dimension's weight: weights have no scale, so only shares can be compared."""
    shares = [0.0] * len(model.criteria)
    for part in weighings(model):
        total = float(part.weights.sum())
        for member, weight in zip(part.members, part.weights, strict=True):
            shares[member] = float(weight) / total if total else 0.0
    return shares


def _or_nan(number: float | None) -> float:
    return math.nan if number is None else number


def _in_old_terms(old: _Judgement, new: _Judgement, otherwise: float) -> float:
    """The utility of the later value under the earlier value function; `otherwise` if that cannot judge it."""
    function, later = old.criterion.value_function, new.criterion.value_function
    if old.criterion.metric != new.criterion.metric:
        return otherwise
    if isinstance(function, Percentile):
        return new.utility if isinstance(later, Percentile) else otherwise
    (value,) = decoded(np.array([new.value]), later)
    (utility,) = function.utility(np.array([coded(value, function)])).tolist()
    return otherwise if math.isnan(utility) else float(utility)


class _Mixture:
    """A score part way between two kept ones: some of its terms are still the earlier, some already the later."""

    def __init__(self, before: Kept, old: dict[Name, _Judgement], new: dict[Name, _Judgement]) -> None:
        # Criteria that only the later model has are there from the start, without weight; the dropped ones stay so.
        union = {**new, **old}
        self.names = [*new, *(name for name in old if name not in new)]
        self.shares = {name: old[name].share if name in old else 0.0 for name in self.names}
        self.utilities = {name: union[name].utility for name in self.names}
        self.opportunity_share = before.model.opportunity_share
        self.missing_policy: MissingPolicy = before.model.missing_policy

    def composite(self) -> float:
        """Its composite, NaN = null."""
        opportunity, alignment = (self._score(dimension) for dimension in DIMENSIONS)
        return self.opportunity_share * opportunity + (1.0 - self.opportunity_share) * alignment

    def _score(self, dimension: Dimension) -> float:
        names = [name for name in self.names if name[1] == dimension]
        utilities = np.array([[self.utilities[name]] for name in names]).reshape(-1, 1)
        weights = np.array([self.shares[name] for name in names], dtype=np.float64)
        return float(weighted_score(utilities, weights, self.missing_policy, 1.0).figures[0, 0])


class _Walk:
    """The substitution under way: each step changes one term and notes what it did to the composite."""

    def __init__(self, mixture: _Mixture) -> None:
        self.mixture = mixture
        self.before = self.now = mixture.composite()
        self.parts: list[Part] = []

    def judge(self, kind: Kind, name: Name, utility: float) -> None:
        self.mixture.utilities[name] = utility
        self._note(kind, name[0])

    def reweigh(self, new: dict[Name, _Judgement], model: SelectionModel) -> None:
        shares = {name: new[name].share if name in new else 0.0 for name in self.mixture.names}
        risen = {name for name in shares if shares[name] > self.mixture.shares[name]}
        self._weigh({name: share for name, share in shares.items() if name in risen})
        self.mixture.opportunity_share = model.opportunity_share
        self._note("opportunity_share", None)
        # Here, where most is known and weighs most, neither policy can leave a score null that either end has.
        self.mixture.missing_policy = model.missing_policy
        self._note("missing_policy", None)
        self._weigh({name: share for name, share in shares.items() if name not in risen})

    def changes(self) -> Changes:
        if math.isnan(self.before) or math.isnan(self.now):
            return Changes(_or_none(self.before), _or_none(self.now), None, ())
        parts = tuple(part for part in self.parts if abs(part.delta) > NOISE)
        return Changes(self.before, self.now, self.now - self.before, parts)

    def _weigh(self, shares: dict[Name, float]) -> None:
        for name, share in shares.items():
            self.mixture.shares[name] = share
            self._note("weight", name[0])

    def _note(self, kind: Kind, criterion: str | None) -> None:
        after = self.mixture.composite()
        self.parts.append(Part(kind, criterion, after - self.now))
        self.now = after


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number
