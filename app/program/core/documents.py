"""Plans and outcomes as JSON, as they are kept and shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.program.core.left_out import LeftOut
from app.program.core.outcome import BAND, Entry, Load, Outcome, Use
from app.program.core.plan import Kam, Plan, Resource, Tier

_DECIMALS = 4


def plan_document(plan: Plan) -> dict[str, Any]:
    """The JSON form of a plan; `plan_from` reads it back."""
    return {
        "tiers": [_tier_document(tier) for tier in plan.tiers],
        "kams": [{"user_id": str(kam.user_id), "capacity": kam.capacity} for kam in plan.kams],
        "resources": [asdict(resource) for resource in plan.resources],
        "budget": None if plan.budget is None else str(plan.budget),
        "keep_kams": plan.keep_kams,
        "must_select": [{"account_id": str(account_id), "tier": tier} for account_id, tier in plan.must.items()],
        "minimum_composite": plan.minimum_composite,
    }


def _tier_document(tier: Tier) -> dict[str, Any]:
    from_tiers = None if tier.from_tiers is None else list(tier.from_tiers)
    return {**asdict(tier), "cost": str(tier.cost), "resources": dict(tier.resources), "from_tiers": from_tiers}


def plan_from(document: Mapping[str, Any]) -> Plan:
    """The plan of a document that `plan_document` made."""
    return Plan(
        tiers=tuple(_tier_from(one) for one in document["tiers"]),
        kams=tuple(Kam(UUID(one["user_id"]), one["capacity"]) for one in document["kams"]),
        resources=tuple(Resource(**one) for one in document["resources"]),
        budget=None if document["budget"] is None else Decimal(document["budget"]),
        keep_kams=document["keep_kams"],
        must={UUID(one["account_id"]): one["tier"] for one in document["must_select"]},
        minimum_composite=document["minimum_composite"],
    )


def _tier_from(document: Mapping[str, Any]) -> Tier:
    from_tiers = document["from_tiers"]
    return Tier(
        **{
            **document,
            "cost": Decimal(document["cost"]),
            "from_tiers": None if from_tiers is None else tuple(from_tiers),
        }
    )


def result_document(outcome: Outcome, plan: Plan, currency: str) -> dict[str, Any]:
    """The figures of the whole; numbers are rounded here and never before."""
    solution = outcome.solution
    selected = [entry for entry in outcome.entries if entry.tier is not None]
    reasons = Counter(entry.why.reason for entry in outcome.entries if entry.why is not None)
    return {
        "status": solution.status,
        "objective": _rounded(solution.objective),
        "bound": _rounded(solution.bound),
        "gap": round(solution.gap, 6),
        "candidates": len(outcome.entries),
        "selected": len(selected),
        "left_out": {reason: reasons[reason] for reason in sorted(reasons)},
        "tiers": _tiers(outcome, plan),
        "kams": [_load(load) for load in outcome.loads],
        "accounts_per_kam": _rounded(len(selected) / len(plan.kams)) if plan.kams else None,
        "usual_accounts_per_kam": {"from": BAND[0], "to": BAND[1]},
        "too_thin": outcome.too_thin,
        "resources": [
            {"name": use.name, "capacity": use.available, "used": _rounded(use.used), "shadow_price": _price(use.price)}
            for use in outcome.uses
            if use.kind == "resource"
        ],
        "budget": _budget(outcome, plan, currency),
        "best_swap": _swap(outcome),
        "conflicts": _conflicts(outcome),
    }


def _tiers(outcome: Outcome, plan: Plan) -> list[dict[str, Any]]:
    counts = Counter(entry.tier for entry in outcome.entries)
    maxima: dict[str | None, Use] = {use.name: use for use in outcome.uses if use.kind == "tier_maximum"}
    return [
        {
            "name": tier.name,
            "accounts": counts[tier.name],
            "maximum_accounts": tier.maximum_accounts,
            "worth": _rounded(sum(entry.worth for entry in outcome.entries if entry.tier == tier.name)),
            "shadow_price": _price(maxima[tier.name].price) if tier.name in maxima else None,
        }
        for tier in plan.tiers
    ]


def _load(load: Load) -> dict[str, Any]:
    return {
        "user_id": str(load.user_id),
        "accounts": load.accounts,
        "band": load.band,
        "load": _rounded(load.load),
        "capacity": load.capacity,
        "utilization": _rounded(load.load / load.capacity) if load.capacity else None,
        "shadow_price": _price(load.price),
    }


def _budget(outcome: Outcome, plan: Plan, currency: str) -> dict[str, Any]:
    price = next((use.price for use in outcome.uses if use.kind == "budget"), None)
    available = None if plan.budget is None else {"amount": str(plan.budget), "currency": currency}
    # A unit of money is small: its price needs more decimals than others.
    shown = None if price is None else float(f"{price:.6g}")
    used = {"amount": str(outcome.cost), "currency": currency}
    return {"available": available, "used": used, "shadow_price": shown}


def _swap(outcome: Outcome) -> dict[str, Any] | None:
    swap = outcome.swap
    if swap is None:
        return None
    return {
        "out": {"account_id": str(swap.out), "tier": swap.out_tier},
        "in": {"account_id": str(swap.entering), "tier": swap.tier},
        "kam_user_id": str(swap.kam_user_id),
        "objective_change": _rounded(swap.change),
    }


def _conflicts(outcome: Outcome) -> list[dict[str, Any]]:
    blocked = [
        {
            "constraint": entry.why.reason,
            "name": entry.why.tier,
            "account_id": str(entry.candidate.account_id),
            "lacking": None,
        }
        for entry in outcome.blocked_musts
        if entry.why is not None
    ]
    clashing = [
        {
            "constraint": one.rule,
            "name": one.name,
            "account_id": None,
            "lacking": None if one.lacking is None else _rounded(one.lacking),
        }
        for one in outcome.solution.conflicts
    ]
    return blocked + clashing


def entry_figures(entry: Entry) -> dict[str, Any]:
    """What an entry tells beside its account, tier and KAM."""
    candidate = entry.candidate
    scores = {name: getattr(candidate, name) for name in ("composite", "opportunity", "alignment")}
    return {
        **{name: None if score is None else _rounded(score) for name, score in scores.items()},
        "selection_tier": candidate.tier,
        "worth": _rounded(entry.worth),
        "present_kam_user_id": None if candidate.kam_user_id is None else str(candidate.kam_user_id),
        "left_out": None if entry.why is None else _why(entry.why),
    }


def _why(why: LeftOut) -> dict[str, Any]:
    return {
        "reason": why.reason,
        "nearest_tier": why.tier,
        "below": [
            {
                "minimum": one.minimum,
                "needed": None if one.needed is None else _rounded(one.needed),
                "actual": None if one.actual is None else _rounded(one.actual),
            }
            for one in why.below
        ],
        "constraints": [
            {
                "constraint": one.constraint,
                "name": one.name,
                "lacking": None if one.lacking is None else _rounded(one.lacking),
            }
            for one in why.by
        ],
        "composite_needed": None if why.composite_needed is None else _rounded(why.composite_needed),
        "reduced_cost": None if why.reduced_cost is None else _rounded(why.reduced_cost),
    }


def _rounded(figure: float) -> float:
    return round(figure, _DECIMALS) + 0.0


def _price(price: float | None) -> float | None:
    return None if price is None else _rounded(price)
