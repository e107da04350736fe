"""How what both sides made together is shown to either: the customer reads no ids or names of the supplier's people."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.calibration.core import exchange
from app.calibration.core.compatibility import TITLES, Compatibility, DimensionFit
from app.calibration.core.levels import ASYMMETRY_CAP
from app.calibration.core.parties import PARTIES, Party
from app.calibration.core.potential import Part, leans
from app.calibration.schemas.compatibility import CompatibilityRating
from app.calibration.schemas.opportunities import CalibrationAssumption, JointOpportunity
from app.calibration.service.compatibility import Seen, Side
from app.calibration.service.exploration import Exploration, figures_of
from app.infra.wire import MoneyOut
from app.kernel.money import Money

Row = Mapping[Any, Any]
# Of the supplier's people, and why it let something pass.
_OURS_ALONE = frozenset({"user_id", "waived_by_user_id", "waive_reason"})


def opportunity_shown(row: Row, reader: Party) -> dict[str, Any]:
    """A joint opportunity."""
    worth = None if row["worth"] is None else MoneyOut.of(Money(row["worth"], row["currency"]))
    return {**_fields(row, reader, set(JointOpportunity.model_fields) - {"worth"}), "worth": worth}


def assumption_shown(row: Row, reader: Party) -> dict[str, Any]:
    """An assumption."""
    return _fields(row, reader, set(CalibrationAssumption.model_fields))


def _fields(row: Row, reader: Party, names: set[str]) -> dict[str, Any]:
    hidden = frozenset[str]() if reader == "supplier" else _OURS_ALONE
    return {name: None if name in hidden else row[name] for name in names}


def exploration_shown(calibration: Row, found: Exploration) -> dict[str, Any]:
    """Themes and what they come to; the same for both sides."""
    figures, exchanges = figures_of(found), exchange.exchanges(found.revealed)
    return {
        "calibration_id": calibration["id"],
        "round": calibration["round"],
        "version": calibration["version"],
        "revealed": bool(found.revealed),
        "complete": found.complete,
        **asdict(figures),
        "leans": leans(figures.asymmetry),
        "asymmetry_limit": ASYMMETRY_CAP,
        "joint_share": None if found.alignment is None else found.alignment.joint_share,
        **_entries(found),
        "exchanges": [
            {**asdict(each), "asymmetry": each.asymmetry, "seeks_more": each.seeks_more} for each in exchanges
        ],
        "exchange_ratio": exchange.exchange_ratio(exchanges),
        "seeks_more_above": exchange.SEEKS_MORE_ABOVE,
    }


def _entries(found: Exploration) -> dict[str, Any]:
    """Themes and goals that are in none, each with its parts: they are in the order of the alignment's."""
    left = [(party, goal) for party in PARTIES for goal in found.left.get(party, ())]
    parts = found.alignment.parts if found.alignment else [Part(0.0, 0.0)] * (len(found.themes) + len(left))
    of_themes, of_left = parts[: len(found.themes)], parts[len(found.themes) :]
    themes = [
        {
            **{name: mapped.row[name] for name in ("id", "name", "supplier_goals", "customer_goals")},
            "kind": mapped.pair.kind,
            "supplier_importance": mapped.pair.supplier,
            "customer_importance": mapped.pair.customer,
            **asdict(part),
        }
        for mapped, part in zip(found.themes, of_themes, strict=True)
    ]
    unmapped = [
        {"party": party, **asdict(goal), **asdict(part)} for (party, goal), part in zip(left, of_left, strict=True)
    ]
    return {"themes": themes, "unmapped": unmapped}


def compatibility_shown(seen: Seen, reader: Party) -> dict[str, Any]:
    """How both sides fit, as far as the reader may see it."""
    return {
        "calibration_id": seen.calibration["id"],
        "revealed": seen.revealed,
        "sides": [side_shown(seen, side, reader) for side in seen.sides],
        **_result(seen.result),
    }


def _result(result: Compatibility | None) -> dict[str, Any]:
    if result is None:
        return {"compatibility": None, "dimensions": None, "to_discuss": None}
    wide = sorted((each for each in result.dimensions if each.to_discuss), key=lambda each: -each.gap)
    return {
        "compatibility": result.score,
        "dimensions": [_dimension(each) for each in result.dimensions],
        "to_discuss": [each.dimension for each in wide],
    }


def _dimension(each: DimensionFit) -> dict[str, Any]:
    return {**asdict(each), "title": TITLES[each.dimension], "to_discuss": each.to_discuss}


def side_shown(seen: Seen, side: Side, reader: Party) -> dict[str, Any]:
    """How far a side is, and what its people think where the reader may see it."""
    ratings = None if side.ratings is None else [_rating(seen, row, reader) for row in side.ratings]
    return {"party": side.party, "complete": side.complete, "missing": side.missing, "ratings": ratings}


def _rating(seen: Seen, row: Row, reader: Party) -> dict[str, Any]:
    shown = _fields(row, reader, set(CompatibilityRating.model_fields) - {"name"})
    who = shown["user_id"] or shown["invitation_id"]
    return {**shown, "name": seen.names.get(who)}
