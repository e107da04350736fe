"""How calibrations are shown on the wire."""

from typing import Any

from app.calibration.core.parties import PARTIES, Party
from app.calibration.schemas import calibrations as wire
from app.calibration.service.reading import Entry, Whole

_OF_ROW = tuple(
    name
    for name in wire.CalibrationEntry.model_fields
    if name not in {"days_in_step", "stuck", "stuck_after_days", "seals", "proposed_levels", "disagreement"}
)


def entry_shown(entry: Entry) -> dict[str, Any]:
    """A calibration in a list."""
    return {
        **{name: entry.row[name] for name in _OF_ROW},
        "days_in_step": entry.days_in_step,
        "stuck": entry.stuck,
        "stuck_after_days": entry.limit_days,
        "seals": {party: _seal(entry, party) for party in PARTIES},
        "proposed_levels": {party: entry.proposed.get(party) for party in PARTIES},
        "disagreement": entry.disagreement,
    }


def _seal(entry: Entry, party: Party) -> dict[str, Any]:
    found = entry.seals.get(party)
    return {
        "sealed": found is not None,
        "sealed_at": found and found["sealed_at"],
        "sealed_by": found and found["name"],
    }


def calibration_shown(whole: Whole) -> dict[str, Any]:
    """A calibration, whole."""
    return {
        **entry_shown(whole.entry),
        "potential": whole.potential,
        "compatibility": whole.compatibility,
        "weights": whole.entry.row["weights"],
        "legal_moves": list(whole.legal_moves),
        "open_points": [{"code": one.code, "message": one.message} for one in whole.open_points],
        "people": {
            "supplier": [
                {"user_id": one["id"], "name": one["name"], "function": one["function"]} for one in whole.ours
            ],
            "customer": [
                {
                    "invitation_id": one.row["id"],
                    "contact_id": one.row["contact_id"],
                    "name": one.row["name"],
                    "admitted": one.admitted,
                }
                for one in whole.theirs
            ],
        },
    }
