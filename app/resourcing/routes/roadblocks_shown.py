"""Shows roadblocks on the wire."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from app.resourcing.core.roadblocks.ageing import band_names
from app.resourcing.service.roadblock_reading import Shown

_ROW: Final = (
    "id", "account_id", "commitment_id", "objection_id", "kind", "function", "severity", "title", "impact",
    "owner_user_id", "state", "opened_on", "due_on", "resolved_on", "resolution", "rung", "created_at", "updated_at",
    "version",
)  # fmt: skip
_AGES: Final = ("open", "breached", "oldest_days", "median_days")


def shown(one: Shown) -> dict[str, Any]:
    """A roadblock."""
    above = one.standing.next_climb
    return {
        **{name: one.row[name] for name in _ROW},
        "account_name": one.account_name,
        "owner_name": one.owner_name,
        "age_days": one.standing.age_days,
        "breached": one.standing.breached,
        "next_escalation": None if above is None else asdict(above),
        "escalations": [asdict(climbed) for climbed in one.climbed],
    }


def ages_shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """How long what stands in the way has stood there."""
    bands = [{"band": name, "open": row[f"band_{at}"]} for at, name in enumerate(band_names())]
    return {**{name: row[name] for name in _AGES}, "bands": bands}
