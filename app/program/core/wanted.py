"""What a portfolio may be asked for: gaps filled with the usual, and what cannot be right refused by its place."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.kernel.errors import FieldProblem, Invalid
from app.program.core.plan import (
    USUAL_CAPACITY,
    Kam,
    Plan,
    Resource,
    Tier,
    usual_benefit,
    usual_effort,
    usual_tiers,
)
from app.selection.core.model import EMERGING


class UnusablePortfolio(Invalid):
    """What is asked for does not fit together."""


@dataclass(frozen=True, slots=True)
class WantedTier:
    """A tier as it is asked for; None where nothing is said."""

    name: str
    benefit: float | None = None
    effort: float | None = None
    cost: Decimal | None = None
    minimum_composite: float | None = None
    minimum_opportunity: float | None = None
    minimum_alignment: float | None = None
    maximum_accounts: int | None = None
    resources: Mapping[str, float] = field(default_factory=dict)
    from_tiers: tuple[str, ...] | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether nothing is said of whom it is open to."""
        minima = self.minimum_composite, self.minimum_opportunity, self.minimum_alignment
        return self.from_tiers is None and all(minimum is None for minimum in minima)


@dataclass(frozen=True, slots=True)
class Must:
    """An account that has to be selected, at its tier if one is named."""

    account_id: UUID
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A portfolio as it is asked for.

    accounts: None for all that have a score. tiers: None for those of the organization's selection model. currencies:
    of each amount of money that was given, by its place.
    """

    kams: tuple[Kam, ...]
    name: str | None = None
    as_of: date | None = None
    accounts: tuple[UUID, ...] | None = None
    tiers: tuple[WantedTier, ...] | None = None
    resources: tuple[Resource, ...] = ()
    budget: Decimal | None = None
    currencies: tuple[tuple[str, str], ...] = ()
    keep_kams: bool = False
    must: tuple[Must, ...] = ()
    minimum_composite: float = 0.0
    allow_unusual: bool = False
    time_limit_seconds: float = 20.0


def plan_of(wanted: Wanted, model_tiers: Sequence[str], currency: str) -> Plan:
    """The plan that is asked for.

    model_tiers: the tiers of the organization's selection model, from the highest down, the reserved ones left out.
    A tier that says nothing of whom it is open to and has the name of one of the model's is open as that is in
    `usual_tiers`; `emerging` is for accounts on that track alone. Raises UnusablePortfolio, naming each fault's place.
    """
    plan = Plan(
        tiers=_tiers(wanted, model_tiers),
        kams=wanted.kams,
        resources=wanted.resources,
        budget=wanted.budget,
        keep_kams=wanted.keep_kams,
        must={one.account_id: one.tier for one in wanted.must},
        minimum_composite=wanted.minimum_composite,
    )
    problems = [*_twice(wanted), *_unknown(wanted, plan), *_unusual(wanted), *_foreign(wanted, currency)]
    if problems:
        raise UnusablePortfolio(f"{len(problems)} things do not fit", errors=problems)
    return plan


def _tiers(wanted: Wanted, model_tiers: Sequence[str]) -> tuple[Tier, ...]:
    usual = usual_tiers(model_tiers, len(wanted.kams))
    if wanted.tiers is None:
        return usual
    open_to = {tier.name: tier.from_tiers for tier in usual}
    return tuple(_tier(one, at, open_to) for at, one in enumerate(wanted.tiers))


def _tier(one: WantedTier, at: int, open_to: Mapping[str, tuple[str, ...] | None]) -> Tier:
    emerging = {tier.name: tier for tier in usual_tiers((), 1)}.get(one.name)
    usual = (usual_benefit(at), usual_effort(at)) if emerging is None else (emerging.benefit, emerging.effort)
    return Tier(
        name=one.name,
        benefit=usual[0] if one.benefit is None else one.benefit,
        effort=usual[1] if one.effort is None else one.effort,
        cost=one.cost or Decimal(0),
        minimum_composite=one.minimum_composite or 0.0,
        minimum_opportunity=one.minimum_opportunity or 0.0,
        minimum_alignment=one.minimum_alignment or 0.0,
        maximum_accounts=one.maximum_accounts,
        resources=one.resources,
        from_tiers=open_to.get(one.name) if one.asks_nothing or one.name == EMERGING else one.from_tiers,
    )


def _twice(wanted: Wanted) -> Iterator[FieldProblem]:
    """What is named more than once."""
    lists: list[tuple[str, str, Sequence[Hashable]]] = [
        ("/accounts", "", wanted.accounts or ()),
        ("/tiers", "/name", [tier.name for tier in wanted.tiers or ()]),
        ("/kams", "/user_id", [kam.user_id for kam in wanted.kams]),
        ("/resources", "/name", [resource.name for resource in wanted.resources]),
        ("/must_select", "/account_id", [one.account_id for one in wanted.must]),
    ]
    for where, part, names in lists:
        for at in _repeated(names):
            yield FieldProblem(f"{where}/{at}{part}", "duplicate", "is named before")


def _repeated(names: Sequence[Hashable]) -> Iterator[int]:
    seen: set[Hashable] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield at
        seen.add(name)


def _unknown(wanted: Wanted, plan: Plan) -> Iterator[FieldProblem]:
    """What refers to something that is not there."""
    resources = {resource.name for resource in plan.resources}
    for at, tier in enumerate(wanted.tiers or ()):
        for name in sorted(tier.resources.keys() - resources):
            yield FieldProblem(f"/tiers/{at}/resources/{_escaped(name)}", "unknown_resource", "is not in /resources")
    tiers = {tier.name for tier in plan.tiers}
    accounts = None if wanted.accounts is None else set(wanted.accounts)
    for at, one in enumerate(wanted.must):
        if one.tier is not None and one.tier not in tiers:
            yield FieldProblem(f"/must_select/{at}/tier", "unknown_tier", f"is none of {', '.join(sorted(tiers))}")
        if accounts is not None and one.account_id not in accounts:
            yield FieldProblem(f"/must_select/{at}/account_id", "not_a_candidate", "is not in /accounts")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unusual(wanted: Wanted) -> Iterator[FieldProblem]:
    low, high = USUAL_CAPACITY
    for at, kam in enumerate(wanted.kams):
        if not wanted.allow_unusual and not low <= kam.capacity <= high:
            message = f"lies outside {low:g} to {high:g}; with allow_unusual it is taken as it is"
            yield FieldProblem(f"/kams/{at}/capacity", "unusual_capacity", message)


def _foreign(wanted: Wanted, currency: str) -> Iterator[FieldProblem]:
    for pointer, given in wanted.currencies:
        if given != currency:
            yield FieldProblem(pointer, "other_currency", f"is not the reporting currency, {currency}")
