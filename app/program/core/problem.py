"""A portfolio as numbers: what each account is worth at each tier, and what may not be exceeded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.program.core.eligibility import open_tiers
from app.program.core.plan import Candidate, Plan

Vector = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
LimitKind = Literal["resource", "budget", "tier_maximum"]
NOBODY = -1  # no tier, no KAM
# A capacity is kept when it is exceeded by less than this share of what one account takes at most.
SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Limit:
    """Something of which an account takes so much at each tier: per_account (tiers,), not negative."""

    kind: LimitKind
    name: str | None
    per_account: Vector
    available: float

    @property
    def scale(self) -> float:
        """What one account takes at most; 1 where none takes any."""
        return float(self.per_account.max(initial=0.0)) or 1.0


@dataclass(frozen=True, slots=True)
class Problem:
    """Accounts that at least one tier is open to, in the order of their ids; the rest is not for the solver.

    composite: (accounts,), 0..100. open: (accounts, tiers), which tiers each may take. benefit, effort: (tiers,).
    capacity: (kams,), in places. home: (accounts,), the KAM whom the account has to keep, else NOBODY. present: the
    KAM whom it has now, if among these. must: (accounts,), who has to be selected.
    """

    composite: Vector
    open: Flags
    benefit: Vector
    effort: Vector
    capacity: Vector
    home: Places
    present: Places
    must: Flags
    limits: tuple[Limit, ...]

    @property
    def accounts(self) -> int:
        return len(self.composite)

    @property
    def tiers(self) -> int:
        return len(self.benefit)

    @property
    def kams(self) -> int:
        return len(self.capacity)

    def of(self, chosen: Flags) -> "Problem":
        """The same for some of the accounts alone, with all that there is to give."""
        return replace(
            self,
            composite=self.composite[chosen],
            open=self.open[chosen],
            home=self.home[chosen],
            present=self.present[chosen],
            must=self.must[chosen],
        )

    def worth(self, tier: Places) -> float:
        """The sum of composite times benefit over the accounts, each at its tier or NOBODY's."""
        chosen = tier >= 0
        return float((self.composite[chosen] * self.benefit[tier[chosen]]).sum())


def problem_of(candidates: Sequence[Candidate], plan: Plan) -> tuple[Problem, list[Candidate]]:
    """The problem, and the candidates that stand in it; those whom no tier is open to are left out."""
    inside, rows = [], []
    for candidate in sorted(candidates, key=lambda one: one.account_id.int):
        row = np.zeros(len(plan.tiers), dtype=np.bool_)
        row[list(open_tiers(candidate, plan))] = True
        if row.any():
            inside.append(candidate)
            rows.append(row)
    place_of = {kam.user_id: at for at, kam in enumerate(plan.kams)}
    present = np.array([_place(place_of, one) for one in inside], dtype=np.int64)
    made = Problem(
        composite=np.array([one.composite or 0.0 for one in inside]),
        open=np.array(rows, dtype=np.bool_).reshape(len(inside), len(plan.tiers)),
        benefit=np.array([tier.benefit for tier in plan.tiers]),
        effort=np.array([tier.effort for tier in plan.tiers]),
        capacity=np.array([kam.capacity for kam in plan.kams]),
        home=present if plan.keep_kams else np.full(len(inside), NOBODY),
        present=present,
        must=np.array([one.account_id in plan.must for one in inside], dtype=np.bool_),
        limits=_limits(plan),
    )
    return made, inside


def _place(place_of: Mapping[UUID, int], candidate: Candidate) -> int:
    return NOBODY if candidate.kam_user_id is None else place_of.get(candidate.kam_user_id, NOBODY)


def _limits(plan: Plan) -> tuple[Limit, ...]:
    limits = [
        Limit("resource", one.name, np.array([tier.resources.get(one.name, 0.0) for tier in plan.tiers]), one.capacity)
        for one in plan.resources
    ]
    if plan.budget is not None:
        limits.append(Limit("budget", None, np.array([float(tier.cost) for tier in plan.tiers]), float(plan.budget)))
    for at, tier in enumerate(plan.tiers):
        if tier.maximum_accounts is not None:
            own = np.zeros(len(plan.tiers))
            own[at] = 1.0
            limits.append(Limit("tier_maximum", tier.name, own, float(tier.maximum_accounts)))
    return tuple(limits)
