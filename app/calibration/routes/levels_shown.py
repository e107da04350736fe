"""How levels are shown to either side: the people of the other stay unnamed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.calibration.core.levels import ASYMMETRY_CAP, LEVELS, THRESHOLDS, grid
from app.calibration.core.parties import Party
from app.calibration.service.levels import Figures, Levels

Row = Mapping[Any, Any]
OF_PROPOSAL = ("level", "reason", "proposed_on")
OF_AGREEMENT = ("level", "agreed_on")
OF_COMMUNICATION = ("level", "told_on", "channel", "contact_id", "created_at")


def shown(levels: Levels, audience: Party) -> dict[str, Any]:
    """Where the parties stand, as one of them reads it."""
    row = levels.calibration
    return {
        "calibration_id": row["id"],
        "state": row["state"],
        "recommended": None if levels.figures is None else recommendation(levels.figures),
        **{f"{party}_proposal": _said(levels, found, OF_PROPOSAL, audience) for party, found in _by(levels.proposals)},
        **{
            f"{party}_agreement": _said(levels, found, OF_AGREEMENT, audience)
            for party, found in _by(levels.agreements)
        },
        "agreed_level": row["agreed_level"],
        "agreed_on": row["agreed_on"],
        "disagreement": levels.disagreement,
        "untested_assumptions": levels.untested,
        "communications": [communication(levels, told, audience) for told in levels.communications],
    }


def recommendation(figures: Figures) -> dict[str, Any] | None:
    """The recommended level with the grid that it comes from; None where nothing can be recommended."""
    found = figures.recommendation
    if found is None:
        return None
    return {
        "level": found.level,
        "of_grid": found.of_grid,
        "potential": figures.potential,
        "compatibility": figures.compatibility,
        "asymmetry": figures.asymmetry,
        "reasons": [asdict(reason) for reason in found.reasons],
        "thresholds": dict(zip(LEVELS, THRESHOLDS, strict=True)),
        "asymmetry_cap": ASYMMETRY_CAP,
        "grid": [{"potential": row, "levels": levels} for row, levels in grid()],
    }


def communication(levels: Levels, row: Row, audience: Party) -> dict[str, Any]:
    """That the customer was told."""
    ours = audience == "supplier"
    return {
        **{name: row[name] for name in OF_COMMUNICATION},
        "told_to": levels.names.get(row["contact_id"]),
        "by": levels.names.get(row["user_id"]) if ours else None,
        "note": row["note"] if ours else None,
    }


def _by(found: Mapping[str, Row]) -> list[tuple[str, Row | None]]:
    return [(party, found.get(party)) for party in ("supplier", "customer")]


def _said(levels: Levels, row: Row | None, fields: tuple[str, ...], audience: Party) -> dict[str, Any] | None:
    if row is None:
        return None
    own = row["party"] == audience
    by = levels.names.get(row["user_id"] or row["invitation_id"]) if own else None
    return {**{name: row[name] for name in fields}, "by": by}
