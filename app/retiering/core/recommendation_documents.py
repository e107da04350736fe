"""What a recommendation is kept and shown as: with all that it rests on, so that it can be read years later."""

from typing import Any

from app.calibration.core.parties import Party
from app.retiering.core.evidence import Evidence, Scored
from app.retiering.core.hysteresis import MARGIN
from app.retiering.core.recommendation import Recommendation

DECIMALS = 4
STATUSES = ("met", "at_risk", "missed", "open")


def document(recommendation: Recommendation, evidence: Evidence) -> dict[str, Any]:
    """The recommendation and its evidence as plain JSON; days and ids are texts, figures have four decimals."""
    appraised, findings = evidence.appraised, evidence.findings
    placed = findings.placed
    return {
        "as_of": findings.as_of.isoformat(),
        "current_tier": evidence.tier,
        "decision": recommendation.decision,
        "tier": recommendation.tier,
        "grounds": recommendation.grounds,
        "would_be": recommendation.would_be,
        "blocked_by": list(recommendation.blocked_by),
        "reasons": [
            {
                "code": reason.code,
                "speaks_for": reason.speaks_for,
                "says": reason.says,
                "value": _rounded(reason.value),
                "threshold": _rounded(reason.threshold),
            }
            for reason in recommendation.reasons
        ],
        "conditions": list(recommendation.conditions),
        "score": None if evidence.scored is None else _score(evidence.scored),
        "thresholds": [] if evidence.scored is None else _thresholds(evidence.scored),
        "margin": MARGIN,
        "requirements": _requirements(evidence),
        "appraisal": None
        if appraised is None
        else {"id": str(appraised.appraisal_id), "state": appraised.state, "diagnosis": appraised.diagnosis},
        "health_quadrant": None if placed is None else placed.quadrant,
        "health": None if placed is None else _rounded(placed.health),
        "resource_utilization": _rounded(findings.use.latest),
    }


def _score(scored: Scored) -> dict[str, Any]:
    return {
        "scored_on": scored.scored_on.isoformat(),
        "composite": _rounded(scored.composite),
        "scores": {name: _rounded(value) for name, value in scored.scores.items()},
        "tier": scored.tier,
        "provisional": scored.provisional,
        "ineligible": scored.ineligible,
        "change_90_days": _rounded(scored.trend),
        "model_id": str(scored.model_id) if scored.model_id else None,
        "model_version": scored.model_version,
    }


def _thresholds(scored: Scored) -> list[dict[str, Any]]:
    return [{"tier": rule.tier, "minima": dict(rule.minima)} for rule in scored.rules]


def _requirements(evidence: Evidence) -> dict[str, Any]:
    on_file = len(evidence.findings.requirements)
    return {"on_file": on_file, "customer": _side(evidence, "customer"), "supplier": _side(evidence, "supplier")}


def _side(evidence: Evidence, party: Party) -> dict[str, Any]:
    owed = evidence.findings.of(party)
    return {
        **{status: sum(one.status == status for one in owed) for status in STATUSES},
        "met_share": _rounded(evidence.met_share(party)),
        "lacking": list(evidence.lacking(party)),
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, DECIMALS)
