"""The metrics that a scenario moves, worked out from one account's facts by the formulas of the registry."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

import numpy as np

from app.health.core.scenarios.case import Case
from app.health.core.scenarios.facts import YEAR_DAYS, Facts, Flags, Floats, Person
from app.kernel.periods import QUARTER_DAYS
from app.metrics.core.deal_sums import AGE_EDGES_DAYS, QUARTERS
from app.metrics.core.formulas import UNKNOWN, herfindahl, largest_share, trend

ENGAGED_DAYS: Final = 180
DIRECTOR: Final = 3
ADVOCATES: Final = ("advocate", "coach")
SUPPORTIVE: Final = (*ADVOCATES, "supporter")
# By metric, the sum to which it is proportional: it moves as that sum does, whatever it is divided by.
SCALED: Final[Mapping[str, str]] = {
    "future_spend": "expected",
    "pipeline_coverage": "expected",
    "revenue_attainment": "planned_revenue",
    "margin_attainment": "planned_margin",
}


def figures(facts: Facts, case: Case) -> dict[str, float]:
    """What the metrics would be, by key, and the sums of SCALED; NaN = unknown.

    With `unchanged` they are the registry's own figures of the day wherever the organization records that kind of fact.
    `supporters_left` counts those alone whom the case takes away.
    """
    return {
        **_revenue(facts, case),
        **_hands(facts, case),
        **_pipeline(facts, case),
        **_rivals(facts, case),
        **_people(facts, case),
    }


def _revenue(facts: Facts, case: Case) -> dict[str, float]:
    kept = facts.worth * case.kept
    ltm, prior = _total(facts.won_ltm, kept), _total(facts.won_prior, facts.worth)
    again = facts.won_ltm & _bought_before(facts)
    slope = _trend(facts, kept)
    return {
        "revenue_ltm": ltm,
        "deal_count_ltm": float((facts.won_ltm & (case.kept > 0)).sum()),
        "revenue_growth": _ratio(ltm, prior) - 1,
        "net_retention": _ratio(ltm, prior),
        "gross_retention": _ratio(np.minimum(_total(again, kept), prior), prior),
        "revenue_trend": min(slope, 0.0) if case.level_trend and slope > 0 else slope,
        "planned_revenue": _total(facts.won_ltm & _flags(one.plans_revenue for one in facts.deals), kept),
        "planned_margin": _total(facts.won_ltm & _flags(one.plans_margin for one in facts.deals), kept),
    }


def _bought_before(facts: Facts) -> Flags:
    """The deals of an offering in a buying center that had bought it before the last 365 days."""
    cells = [(one.buying_center_id, one.offering_id) for one in facts.deals]
    before = {cell for cell, then in zip(cells, facts.won_before.tolist(), strict=True) if then}
    return _flags(cell in before for cell in cells)


def _trend(facts: Facts, kept: Floats) -> float:
    if not facts.deals:
        return UNKNOWN
    situations = np.searchsorted(AGE_EDGES_DAYS, np.nan_to_num(facts.age_days, nan=-1), side="right")
    won = facts.status == "won"
    quarterly = [_total(won & np.isin(situations, list(quarter)), kept) for quarter in QUARTERS]
    history = max((facts.as_of - one.began_on).days for one in facts.deals)
    return float(trend(np.array([quarterly]), np.array([(history + 1) // QUARTER_DAYS]))[0])


def _hands(facts: Facts, case: Case) -> dict[str, float]:
    """In how few hands the revenue lies."""
    by_center = _parts(facts, case, "buying_center_id")
    by_contact = _parts(facts, case, "contact_id")
    centers = {
        one.buying_center_id
        for one, counts in zip(facts.deals, facts.won_ltm & (case.kept > 0), strict=True)
        if counts and one.buying_center_id
    }
    return {
        "buying_centers_active": float(len(centers)),
        "concentration_offering": _of_one(herfindahl, _parts(facts, case, "offering_id")),
        "concentration_buying_center": _of_one(herfindahl, by_center),
        "concentration_decision_maker": _of_one(herfindahl, by_contact),
        "largest_contact_share": _of_one(largest_share, by_contact),
    }


def _parts(facts: Facts, case: Case, name: str) -> Floats:
    """Revenue of the last 365 days by what the deals name."""
    sums: dict[UUID, float] = {}
    for one, amount, counts in zip(facts.deals, facts.worth * case.kept, facts.won_ltm, strict=True):
        part = getattr(one, name)
        if counts and part is not None and not np.isnan(amount):
            sums[part] = sums.get(part, 0.0) + float(amount)
    return np.array(list(sums.values()), dtype=np.float64)


def _of_one(formula: Callable[[np.ndarray, Floats, int], Floats], amounts: Floats) -> float:
    return float(formula(np.zeros(len(amounts), dtype=np.intp), amounts, 1)[0])


def _pipeline(facts: Facts, case: Case) -> dict[str, float]:
    return {
        "open_pipeline": _total(facts.open, facts.price * case.kept),
        "expected": _total(facts.open, facts.expected * case.kept),
        "offerings_proposed_new": float(len(_newly_offered(facts, case))),
    }


def _newly_offered(facts: Facts, case: Case) -> set[UUID]:
    first = facts.as_of - timedelta(days=QUARTER_DAYS)
    won = [one for one in facts.deals if one.status == "won" and one.closed_on is not None]
    return {
        one.offering_id
        for one, kept in zip(facts.deals, case.kept, strict=True)
        if one.offering_id is not None
        and kept > 0
        and one.created_on is not None
        and one.created_on > first
        and not any(w.offering_id == one.offering_id and w.closed_on < one.created_on for w in won if w.closed_on)
    }


def _rivals(facts: Facts, case: Case) -> dict[str, float]:
    sole = _flags(one.sole_sourced is True for one in facts.deals) & ~case.competitive
    flagged = _flags(one.sole_sourced is not None for one in facts.deals) & (facts.open | facts.won_ltm)
    amounts = facts.worth * case.kept
    counted = flagged & ~np.isnan(amounts)
    lost = np.asarray((facts.status == "lost") & (facts.age_days < YEAR_DAYS), dtype=np.bool_)
    rivals = _flags(one.competitor for one in facts.deals) & (facts.open | lost)
    footholds = {one.buying_center_id for one, there in zip(facts.deals, rivals, strict=True) if there}
    if case.foothold is not None:
        footholds.add(case.foothold)
    return {
        "sole_source_share": _ratio(float(amounts[counted & sole].sum()), float(amounts[counted].sum())),
        "competitor_footholds": float(len(footholds)),
    }


def _people(facts: Facts, case: Case) -> dict[str, float]:
    own = [one for one in facts.people if one.own and one.active and one.contact_id not in case.inactive]
    stances = [one.stance for one in own if one.stance not in {None, "unknown"}]
    advocates = sum(stance in ADVOCATES for stance in stances)
    first = facts.as_of - timedelta(days=QUARTER_DAYS)
    return {
        "advocates": float(advocates),
        "advocacy": _ratio(float(advocates), float(len(stances))),
        "detractors_deciding": float(sum(one.stance == "detractor" and (one.level or 0) >= DIRECTOR for one in own)),
        "supporters_left": float(sum(_supports(one) and one.contact_id in case.inactive for one in facts.people)),
        "relationship_depth": _depth(facts, case),
        "executives_met_new": float(
            sum(
                (one.level or 0) >= DIRECTOR and one.first_met_on is not None and one.first_met_on > first
                for one in facts.people
            )
        ),
    }


def _supports(one: Person) -> bool:
    return bool(one.own and one.active and one.stance in SUPPORTIVE)


def _depth(facts: Facts, case: Case) -> float:
    since = facts.as_of - timedelta(days=ENGAGED_DAYS)
    engaged = [
        one
        for one in facts.people
        if one.last_met_on is not None
        and one.last_met_on > since
        and one.active is not False
        and one.contact_id not in case.inactive
    ]
    levels = [one.level for one in engaged if one.level is not None]
    return float(max(levels)) if levels else UNKNOWN if engaged else 0.0


def _total(among: Flags, amounts: Floats) -> float:
    """Σ of the known amounts; 0 of no deal, unknown where there are deals and no amount is known."""
    chosen = amounts[among]
    return UNKNOWN if len(chosen) and np.isnan(chosen).all() else float(np.nansum(chosen))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else UNKNOWN


def _flags(truths: Iterable[bool]) -> Flags:
    return np.array(list(truths), dtype=np.bool_)
