"""What the rules recommend to do about an account's tier, and why; people decide."""

from dataclasses import dataclass
from typing import Final, Literal

from app.retiering.core.evidence import MET_SHARE_NEEDED, Evidence, Scored
from app.retiering.core.hysteresis import MARGIN, Kept, kept, next_below, shortfalls
from app.retiering.core.reasons import Reason, reasons_of
from app.selection.core.model import EMERGING, STANDARD

Decision = Literal["retain", "retain_with_conditions", "uptier", "downtier", "exit_program"]
Recommended = Literal["retain", "retain_with_conditions", "uptier", "downtier", "exit_program", "review"]
Grounds = Literal["performance", "eligibility", "strategy", "customer_request"]
Block = Literal["not_scored", "tier_unknown", "no_requirements_on_file", "provisional_score"]
LESS: Final[tuple[Decision, ...]] = ("downtier", "exit_program")


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What is recommended, to which tier, on which grounds; `blocked_by` says why it is `review` where it is.

    would_be: what the rules would have recommended had nothing been in the way. conditions: what to ask for.
    """

    decision: Recommended
    tier: str | None
    grounds: Grounds | None
    reasons: tuple[Reason, ...]
    conditions: tuple[str, ...] = ()
    blocked_by: tuple[Block, ...] = ()
    would_be: Decision | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    decision: Decision
    tier: str | None = None
    grounds: Grounds | None = None


def recommend(evidence: Evidence) -> Recommendation:
    """What to do about the account's tier, by its score against the tier's rule and by what was agreed with it.

    Up at a threshold, down only more than the margin below one. Less than before is recommended for performance only
    where requirements are on file and the score does not depend on what is unknown; otherwise it is `review`, which
    asks people to look closer and takes nothing away. Without a score or a known tier it is `review` too.
    """
    scored, tier = evidence.scored, evidence.tier
    if scored is None or tier is None or tier not in evidence.tier_names:
        block: Block = "not_scored" if scored is None else "tier_unknown"
        return Recommendation("review", tier, None, reasons_of(evidence, None), blocked_by=(block,))
    standing = _standing(scored, tier)
    wanted = _wanted(evidence, scored, tier, standing)
    reasons = reasons_of(evidence, standing)
    blocked = _blocked(evidence, scored, wanted)
    if blocked:
        return Recommendation("review", tier, None, reasons, _conditions(evidence, standing), blocked, wanted.decision)
    conditions = _conditions(evidence, standing) if wanted.decision == "retain_with_conditions" else ()
    return Recommendation(wanted.decision, wanted.tier or tier, wanted.grounds, reasons, conditions)


def _standing(scored: Scored, tier: str) -> Kept:
    """Where the scores put the account; on the emerging track any rule that is met within the margin keeps it."""
    found = kept(tier, scored.rules, scored.scores, lowest=STANDARD)
    if found.direction == "up" and scored.tier == EMERGING:
        return Kept(tier, "same", found.shortfalls)  # it rises to the rules' tiers once its gate lets it go
    if (
        tier == EMERGING
        and found.direction == "same"
        and not any(rule.met(scored.scores, margin=MARGIN) for rule in scored.rules)
    ):
        return Kept(STANDARD, "down", shortfalls(scored.rules[-1], scored.scores) if scored.rules else {})
    return found


def _wanted(evidence: Evidence, scored: Scored, tier: str, standing: Kept) -> _Wanted:
    if scored.ineligible:
        return _Wanted("exit_program", STANDARD, "eligibility")
    failing = _failing(evidence)
    if standing.direction == "down":
        return _down(evidence, standing, failing=failing)
    if failing and standing.direction == "same":
        # Under a standard account of the program there is but to leave it.
        less: Decision = "exit_program" if tier == STANDARD else "downtier"
        return _Wanted(less, _below(tier, scored), "performance")
    concerns = _concerns(evidence)
    if standing.direction == "up" and not concerns:
        return _Wanted("uptier", standing.tier)
    return _Wanted("retain_with_conditions" if standing.within_margin or concerns else "retain")


def _down(evidence: Evidence, standing: Kept, *, failing: bool) -> _Wanted:
    if evidence.met_share("customer") == 1.0:  # it keeps all that was agreed for its status
        return _Wanted("retain_with_conditions")
    unwilling = evidence.appraised is not None and evidence.appraised.diagnosis == "unwilling"
    if standing.tier == STANDARD and failing and unwilling:
        return _Wanted("exit_program", STANDARD, "performance")
    return _Wanted("downtier", standing.tier, "performance")


def _below(tier: str, scored: Scored) -> str:
    return STANDARD if tier in {EMERGING, STANDARD} else next_below(tier, scored.rules, STANDARD)


def _failing(evidence: Evidence) -> bool:
    """Whether the customer misses most of what it owes, and a plan to mend it failed or it does not want to."""
    share, appraised = evidence.met_share("customer"), evidence.appraised
    if share is None or share >= MET_SHARE_NEEDED or appraised is None:
        return False
    return appraised.diagnosis == "unwilling" or (appraised.state == "reevaluation" and appraised.diagnosis != "unable")


def _concerns(evidence: Evidence) -> bool:
    return evidence.missed("customer") > 0 or evidence.at_risk


def _blocked(evidence: Evidence, scored: Scored, wanted: _Wanted) -> tuple[Block, ...]:
    """Why less than before cannot be recommended for performance."""
    if wanted.grounds != "performance":
        return ()
    blocks: tuple[tuple[bool, Block], ...] = (
        (not evidence.findings.on_file, "no_requirements_on_file"),
        (scored.provisional, "provisional_score"),
    )
    return tuple(block for holds, block in blocks if holds)


def _conditions(evidence: Evidence, standing: Kept) -> tuple[str, ...]:
    regained = [f"regain {points:.1f} points of {name}" for name, points in standing.shortfalls.items()]
    met = [f"meet: {title}" for title in evidence.lacking("customer")]
    healed = ["leave the health quadrant at_risk"] if evidence.at_risk else []
    agreed = [] if evidence.findings.on_file else ["agree with the customer on requirements for its status"]
    return (*met, *regained, *healed, *agreed)
