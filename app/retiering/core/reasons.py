"""The reasons that speak for more, for less, or for what there is, each with its figure and what it is held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from app.retiering.core.evidence import MET_SHARE_NEEDED, Evidence, Scored
from app.retiering.core.findings import Findings
from app.retiering.core.hysteresis import MARGIN, Kept, Rule

SpeaksFor = Literal["more", "as_before", "less", "caution"]
# Under this share of what an account is entitled to its resources cost more than they bring; as `low` of their use.
LOW_USE: Final = 0.5
# Beyond it, within 90 days, a score rises or falls.
TREND_POINTS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One of them. value: the figure (points of 0..100, or shares of 0..1); threshold: what it is held against."""

    code: str
    speaks_for: SpeaksFor
    says: str
    value: float | None = None
    threshold: float | None = None


def reasons_of(evidence: Evidence, standing: Kept | None) -> tuple[Reason, ...]:
    """All that is known for and against, what weighs most first; standing: where the scores put the account."""
    found: list[Reason] = []
    if evidence.scored is not None:
        found += _gates(evidence.scored)
        if standing is not None and evidence.tier is not None:
            found += _thresholds(evidence.scored, evidence.tier, standing)
        found += _course(evidence.scored)
    else:
        found.append(Reason("not_scored", "caution", "nothing is known to judge the account by: it has no score"))
    return (*found, *_requirements(evidence), *_appraisal(evidence), *_beside(evidence.findings))


def _gates(scored: Scored) -> Iterator[Reason]:
    if scored.ineligible:
        yield Reason("ineligible", "less", "a gate of the selection model rules the account out")


def _thresholds(scored: Scored, tier: str, standing: Kept) -> Iterator[Reason]:
    """The scores against the rule of the tier, and, where it rises, of the one that it rises to."""
    if standing.direction == "up":
        for name, minimum in _minima(scored, standing.tier):
            at = _at(scored, name)
            yield Reason("at_higher_threshold", "more", f"{name} {at} reaches {minimum:g} of {standing.tier}",
                         scored.scores.get(name), minimum)  # fmt: skip
        return
    for name, minimum in _minima(scored, tier):
        yield _against(scored, name, minimum, tier)


def _minima(scored: Scored, tier: str) -> list[tuple[str, float]]:
    rule: Rule | None = next((rule for rule in scored.rules if rule.tier == tier), None)
    return [] if rule is None else [(name, minimum) for name, minimum in rule.minima.items() if minimum > 0.0]


def _against(scored: Scored, name: str, minimum: float, tier: str) -> Reason:
    value, at = scored.scores.get(name), _at(scored, name)
    if value is not None and value >= minimum:
        return Reason("threshold_kept", "as_before", f"{name} {at} keeps {minimum:g} of {tier}", value, minimum)
    if value is not None and value >= minimum - MARGIN:
        says = f"{name} {at} is below {minimum:g} of {tier}, by no more than {MARGIN:g} points"
        return Reason("within_margin", "as_before", says, value, minimum - MARGIN)
    says = f"{name} {at} is more than {MARGIN:g} points below {minimum:g} of {tier}"
    return Reason("below_margin", "less", says, value, minimum - MARGIN)


def _at(scored: Scored, name: str) -> str:
    value = scored.scores.get(name)
    return "(unknown)" if value is None else f"{value:.1f}"


def _course(scored: Scored) -> Iterator[Reason]:
    if scored.provisional:
        yield Reason("provisional_score", "caution", "what is unknown of the account could put it into another tier")
    if scored.trend is not None and abs(scored.trend) >= TREND_POINTS:
        rises = scored.trend > 0
        says = f"the composite {'rose' if rises else 'fell'} by {abs(scored.trend):.1f} points in 90 days"
        threshold = TREND_POINTS if rises else -TREND_POINTS
        yield Reason("rising" if rises else "falling", "more" if rises else "less", says, scored.trend, threshold)


def _requirements(evidence: Evidence) -> Iterator[Reason]:
    if not evidence.findings.on_file:
        says = "nothing was agreed with the customer that its status rests on"
        yield Reason("no_requirements_on_file", "caution", says, 0.0, 1.0)
        return
    share, owed = evidence.met_share("customer"), len(evidence.findings.of("customer"))
    if share is None:
        yield Reason("requirements_open", "as_before", f"of {owed} that the customer owes none can be judged yet")
    else:
        missed = evidence.missed("customer")
        says = f"the customer meets {share:.0%} of what it owes and can be judged, and misses {missed}"
        met = share >= MET_SHARE_NEEDED
        code = "requirements_met" if met else "requirements_missed"
        yield Reason(code, "as_before" if met else "less", says, share, MET_SHARE_NEEDED)
    if ours := evidence.missed("supplier"):
        says = f"we ourselves miss {ours} of what we owe the customer"
        yield Reason("supplier_missed", "caution", says, evidence.met_share("supplier"), 1.0)


def _appraisal(evidence: Evidence) -> Iterator[Reason]:
    appraised = evidence.appraised
    if appraised is None:
        return
    if appraised.state == "reevaluation":
        yield Reason("action_plan_failed", "less", "the joint action plan passed its day unmet")
    if appraised.diagnosis == "unwilling":
        yield Reason("unwilling", "less", "the appraisal found the customer unwilling")
    if appraised.diagnosis == "unable":
        yield Reason("unable", "caution", "the appraisal found the customer unable, not unwilling")


def _beside(findings: Findings) -> Iterator[Reason]:
    placed, used = findings.placed, findings.use.latest
    if placed is not None and placed.quadrant == "at_risk":
        yield Reason("at_risk", "less", f"hygiene and health are both low since {placed.since}", placed.health)
    if placed is not None and placed.quadrant == "thriving":
        yield Reason("thriving", "more", f"hygiene and health are both high since {placed.since}", placed.health)
    if used is not None and used < LOW_USE:
        says = f"the customer uses {used:.0%} of the resources that it is entitled to"
        yield Reason("resources_unused", "less", says, used, LOW_USE)
