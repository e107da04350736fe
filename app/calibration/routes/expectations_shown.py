"""How expectations and what is said of them are shown to either side: the people of the other stay unnamed."""

from dataclasses import asdict
from typing import Any

from app.calibration.core.confidence import METRIC
from app.calibration.core.parties import Party
from app.calibration.schemas import expectations as wire
from app.calibration.service.assessing import Said
from app.calibration.service.expectations import Shown
from app.calibration.service.fulfilments import Fulfilment

_COMPUTED = {"standing", "owner_name", "measurable"}
OF_EXPECTATION = tuple(name for name in wire.Expectation.model_fields if name not in _COMPUTED)
OF_ASSESSMENT = tuple(name for name in wire.ExpectationAssessment.model_fields if name != "by")


def expectation_shown(one: Shown, audience: Party = "supplier") -> dict[str, Any]:
    """An expectation as it stands."""
    row, theirs = one.row, audience == "customer"
    hidden = {"owner_user_id": None} if theirs else {}
    return {
        **{name: row[name] for name in OF_EXPECTATION},
        **hidden,
        "measurable": row["target"] is not None,
        "standing": one.standing,
        "owner_name": None if theirs and row["owner_user_id"] is not None else one.owner_name,
    }


def assessment_shown(said: Said, audience: Party = "supplier") -> dict[str, Any]:
    """What was said of an expectation."""
    own = said.row["party"] == audience or audience == "supplier"
    return {**{name: said.row[name] for name in OF_ASSESSMENT}, "by": said.name if own else None}


def fulfilment_shown(found: Fulfilment) -> dict[str, Any]:
    """How both sides keep what they owe."""
    return {
        "calibration_id": found.calibration["id"],
        "as_of": found.as_of,
        "quarters": [
            {
                "quarter": quarter.starts_on,
                "from_on": quarter.first,
                "to_on": quarter.last,
                "sides": [{**asdict(side), "fulfilment": side.fulfilment} for side in quarter.sides],
                "use": quarter.use,
            }
            for quarter in found.quarters
        ],
        "takes_more_gives_less": found.takes_more_gives_less,
        "inconsistent_experience": [
            {
                "resource_id": one.resource["id"],
                "resource_name": one.resource["name"],
                "code": one.code,
                "agreed": one.agreed,
                "used": one.used,
            }
            for one in found.beside
        ],
        "partner_confidence": {
            "metric": METRIC,
            "before": found.confidence.before and asdict(found.confidence.before),
            "after": found.confidence.after and asdict(found.confidence.after),
            "change": found.confidence.change,
        },
    }
