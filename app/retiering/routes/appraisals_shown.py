"""Shows appraisals on the wire."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from app.calibration.core.durations import TimeToEnd
from app.retiering.core.appraisals import ACTION_MOVES, ENDED
from app.retiering.schemas.appraisal_actions import AppraisalAction
from app.retiering.schemas.appraisals import Appraisal
from app.retiering.service.appraisal_reading import Whole
from app.retiering.service.appraisals import today

_ROW: Final = tuple(name for name in Appraisal.model_fields if name not in {"overdue", "days_to_contact"})
_ACTION: Final = tuple(name for name in AppraisalAction.model_fields if name not in {"overdue", "legal_moves"})


def appraisal_shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An appraisal."""
    contacted = row["contacted_on"]
    return {
        **{name: row[name] for name in _ROW},
        "overdue": row["state"] != "closed" and row["due_on"] < today(),
        "days_to_contact": None if contacted is None else (contacted - row["first_sign_on"]).days,
    }


def whole_shown(whole: Whole) -> dict[str, Any]:
    """An appraisal, and how the account stands."""
    cost = whole.cost or {"entitled_cost": 0.0, "used_cost": 0.0, "wasted_cost": 0.0}
    figures = {name: cost[f"{name}_cost"] for name in ("entitled", "used", "wasted")}
    return {
        **appraisal_shown(whole.row),
        "now": asdict(whole.now),
        "cost": {"currency": whole.currency, **figures},
        "eligibility_review": whole.to_be_reviewed,
    }


def action_shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An action of a plan."""
    return {
        **{name: row[name] for name in _ACTION},
        "overdue": row["state"] not in ENDED and row["due_on"] < today(),
        "legal_moves": ACTION_MOVES[row["state"]],
    }


def waiting_shown(waited: TimeToEnd) -> dict[str, Any]:
    """How long was waited for something."""
    return {
        "n": waited.n,
        "ended": waited.ended,
        "censored": waited.n - waited.ended,
        "lower_quartile_days": waited.lower_quartile,
        "median_days": waited.median,
        "upper_quartile_days": waited.upper_quartile,
        "curve": [asdict(point) for point in waited.curve],
    }
