"""Relationship resets as they are shown."""

from datetime import date
from typing import Any
from uuid import UUID

from app.resourcing.schemas.utilization import rounded
from app.retiering.core.resets import LIVE, state_on
from app.retiering.schemas import resets as wire
from app.retiering.service.reset_outcomes import Looked, Outcome
from app.retiering.service.resets import FRAMING, Reset

_OWN = (
    "retiering_id", "account_id", "state", "opened_on", *FRAMING, "feared_loss_share", "conversation_on",
    "completed_on", "cancelled_on", "cancel_reason", "version", "created_at", "updated_at",
)  # fmt: skip
_STEP = (
    "place", "kind", "audience", "message", "customer_gains", "owner_user_id", "due_on", "done_on", "contact_id",
    "note",
)  # fmt: skip
_MAPPED = ("replacement", "replacement_resource_id", "customer_need", "none_reason")


def reset_shown(reset: Reset, day: date) -> dict[str, Any]:
    """A reset with its steps and what takes the place of what, by what had been done at the end of a day."""
    row, framing = reset.row, reset.framing
    days = {name: _by(row[name], day) for name in ("conversation_on", "completed_on", "cancelled_on")}
    state = state_on(day, reset.planned, days["completed_on"], days["cancelled_on"])
    return {
        **{name: row[name] for name in _OWN},
        **days,
        "state": state,
        "cancel_reason": row["cancel_reason"] if state == "cancelled" else None,
        "framing": {"completeness": rounded(framing.completeness), "missing": list(framing.missing)},
        "withdrawal_allowed": state != "cancelled" and days["conversation_on"] is not None,
        "steps": [_step(reset, step, day, live=state in LIVE) for step in reset.steps],
        "realignment": [_realignment(reset, one) for one in sorted(reset.withdrawn)],
    }


def step_shown(reset: Reset, step: Any, day: date) -> dict[str, Any]:
    """One step of a reset, by what had been done at the end of a day."""
    row = reset.row
    state = state_on(day, reset.planned, _by(row["completed_on"], day), _by(row["cancelled_on"], day))
    return _step(reset, step, day, live=state in LIVE)


def _by(on: date | None, day: date) -> date | None:
    return on if on is not None and on <= day else None


def _step(reset: Reset, step: Any, day: date, *, live: bool) -> dict[str, Any]:
    done_on = _by(step["done_on"], day)
    told: dict[str, Any] = {name: step[name] if done_on else None for name in ("contact_id", "note")}
    return {
        **{name: step[name] for name in _STEP},
        **told,
        "done_on": done_on,
        "owner_name": reset.names.get(step["owner_user_id"]),
        "contact_name": reset.names.get(step["contact_id"]) if done_on else None,
        "overdue": live and done_on is None and step["due_on"] < day,
    }


def _realignment(reset: Reset, resource_id: UUID) -> dict[str, Any]:
    line = next((one for one in reset.realignments if one["resource_id"] == resource_id), None)
    before, after = reset.withdrawn[resource_id]
    if line is not None:
        after = line["quantity_after"]
    replacing = line and line["replacement_resource_id"]
    return {
        **{name: line and line[name] for name in _MAPPED},
        "resource_id": resource_id,
        "resource_name": reset.resources[resource_id]["name"],
        "unit": reset.resources[resource_id]["unit"],
        "quantity_before": before,
        "quantity_after": after,
        "mapped": line is not None,
        "replacement_resource_name": reset.resources[replacing]["name"] if replacing else None,
    }


def outcome_shown(outcome: Outcome) -> dict[str, Any]:
    """What became of an account after its reset."""
    own = ("retiering_id", "account_id", "as_of", "completed_on", "feared_loss_share", "currency")
    return {
        **{name: getattr(outcome, name) for name in own},
        "checkpoints": [_checkpoint(one) for one in outcome.checkpoints],
    }


def _checkpoint(looked: Looked) -> wire.ResetCheckpoint:
    found = looked.found
    return wire.ResetCheckpoint(
        months=looked.at.months,
        on=looked.at.on,
        window_days=looked.at.days,
        status=found.status,
        revenue_before=rounded(found.revenue_before),
        revenue_after=rounded(found.revenue_after),
        revenue_change=rounded(found.revenue_change),
        retained=found.retained,
        lost_share=rounded(found.lost_share),
        worse_than_feared=found.worse_than_feared,
        csat=_said(looked.said["csat"]),
        nps=_said(looked.said["nps"]),
    )


def _said(both: tuple[float | None, float | None]) -> wire.Said:
    before, then = both
    change = None if before is None or then is None else then - before
    return wire.Said(at_reset=rounded(before), then=rounded(then), change=rounded(change))
