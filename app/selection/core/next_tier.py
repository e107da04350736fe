"""The nearest tier above that the rise of one criterion alone can reach, and the smallest such rise."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Codes, Indices, Matrix, Vector
from app.scoring.core.reach import NOISE, reach
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, weighings
from app.selection.core.tiering import TOLERANCE, bearing

NONE = -1


@dataclass(frozen=True, slots=True)
class NextTiers:
    """For each account: tier (code of `SelectionModel.tier_names`) and criterion (position), NONE if there is none.

    utility: the utility that the criterion needs. value: the coded value, nearest to its present one, that has it; NaN
    if no value alone does (percentile).
    """

    tier: Codes
    criterion: npt.NDArray[np.int64]
    utility: Vector
    value: Vector


def next_tiers(scores: Scores, matrix: Matrix) -> NextTiers:
    """What single change would lift each account, by the least rise in utility; ties go to the first criterion.

    matrix: the one that was scored. "Nearest" is the next rule above that any one criterion can reach; where the least
    attainable rise leaps over it (a truth, a label), the tier that it really reaches is meant. Exact: with the value
    applied and nothing else changed the account is in that tier, and with any smaller rise it is in none above its own.

    Left out: criteria whose value is unknown (learning a fact is not a change of the account; `low`, `high` and
    headroom speak of those), and criteria whose metric another criterion or a gate reads too, since its value cannot
    move alone.
    NONE for ineligible accounts, for those at the top of their track, and where no single rise is enough.
    """
    model = scores.model
    accounts = len(scores.tier)
    needed = np.full((len(model.criteria), len(model.tiers), accounts), np.nan)
    value = np.full_like(needed, np.nan)
    movable = _movable(model)
    for dimension, part in enumerate(weighings(model)):
        shortfall = _shortfall(scores, dimension, part.share)
        for member, weight in zip(part.members, part.weights, strict=True):
            if weight > 0.0 and movable[member]:
                asked = shortfall / (scores.points[dimension] * weight) + scores.utilities[member]
                found = reach(model.criteria[member].value_function, asked, matrix[:, member], scores.together[member])
                needed[member], value[member] = _without_leaps(asked, *found)
    return _chosen(scores, needed, value)


def _movable(model: SelectionModel) -> list[bool]:
    """Whether each criterion's value can move alone."""
    readers = Counter(column.metric for column in model.columns)
    return [readers[criterion.metric] == 1 for criterion in model.criteria]


def _shortfall(scores: Scores, dimension: int, share: float) -> Matrix:
    """The points that the dimension must gain to fulfil each rule, (tiers, accounts); infinite if it cannot alone."""
    tiers = scores.model.tiers
    minima = np.array([(tier.minimum_opportunity, tier.minimum_alignment, tier.minimum_composite) for tier in tiers])
    gaps = minima.reshape(-1, 3, 1) - scores.figures[:, 0]
    gaps[gaps <= TOLERANCE] = 0.0
    own, other, composite = gaps[:, dimension], gaps[:, 1 - dimension], gaps[:, 2]
    # What the composite lacks must come from this dimension's share of it, which may be none.
    through_own = composite / share if share > 0.0 else np.where(composite > 0.0, np.inf, composite)
    return np.where(other > 0.0, np.inf, np.maximum(own, through_own))


def _without_leaps(asked: Matrix, attained: Matrix, value: Matrix) -> tuple[Matrix, Matrix]:
    """The attained utilities less those that would fulfil a higher rule at once: they belong to that rule."""
    for tier in range(1, len(asked)):
        leaps = (asked[:tier] <= attained[tier] + NOISE).any(axis=0)
        attained[tier, leaps] = np.nan
    return attained, value


def _chosen(scores: Scores, needed: npt.NDArray[np.float64], value: npt.NDArray[np.float64]) -> NextTiers:
    model, accounts = scores.model, len(scores.tier)
    standard = len(model.tiers)
    outcomes = list(scores.gates)
    ineligible = bearing(model.gates, outcomes, "ineligible", accounts)
    emerging = bearing(model.gates, outcomes, "emerging", accounts) & ~ineligible
    result = NextTiers(
        np.full(accounts, NONE, dtype=np.int8),
        np.full(accounts, NONE, dtype=np.int64),
        np.full(accounts, np.nan),
        np.full(accounts, np.nan),
    )
    rises = needed - scores.utilities[:, np.newaxis, :]
    rises[np.isnan(rises)] = np.inf
    if not rises.size:
        return result
    for tier in reversed(range(standard)):
        open_to = np.flatnonzero((scores.tier > tier) & ~ineligible & ~emerging & (result.tier == NONE))
        _choose(result, tier, rises[:, tier, open_to], open_to, (needed[:, tier, open_to], value[:, tier, open_to]))
    # On the emerging track every rule leads to the same tier, so the least rise to any of them counts.
    rising = np.flatnonzero(emerging & (scores.tier == standard))
    by_rule = rises[:, :, rising].argmin(axis=1)[:, np.newaxis]
    flat = [np.take_along_axis(array[:, :, rising], by_rule, axis=1)[:, 0] for array in (rises, needed, value)]
    _choose(result, standard + 1, flat[0], rising, (flat[1], flat[2]))
    return result


def _choose(result: NextTiers, tier: int, rises: Matrix, open_to: Indices, reached: tuple[Matrix, Matrix]) -> None:
    """Write, for the accounts open to it, the criterion that reaches `tier` with the least rise, if one does."""
    best = rises.argmin(axis=0)
    found = np.flatnonzero(np.isfinite(rises[best, np.arange(len(best))]))
    chosen, best = open_to[found], best[found]
    result.tier[chosen] = tier
    result.criterion[chosen] = best
    result.utility[chosen] = reached[0][best, found]
    result.value[chosen] = reached[1][best, found]
