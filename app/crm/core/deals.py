"""Decides what a CRM's record says of a deal: whether it is won or lost, since when, and at which stage."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.crm.core.connection import Stage
from app.crm.core.values import Misfit, day, text

Told = dict[str, Any]

_BESIDE = ("is_won", "is_closed", "won_on", "lost_on")
_DECIDED = ("won", "lost")
_LONGEST_STAGE = 255


def deal_told(values: Mapping[str, Any], stages: Mapping[str, Stage], modified_at: datetime | None) -> Told:
    """The values of a deal as its fact has them, from those that its record tells.

    values: read by the mapping, by our names; a name that is not there was not spoken of, and is then not decided on.
    stages: what the connection says of the CRM's stages, by the CRM's word. modified_at: of the record.

    Status: the record's own `status`; else won if `is_won`, lost if `is_closed` without it, open if neither. What the
    connection says of the stage goes before both, but a deal whose own status is won or lost is not opened by it.
    Closed: on `won_on` or `lost_on`, else `closed_on`; an open deal is not closed. A day after the record's last change
    cannot be the day on which it was closed: then it is the day of that change (a day is left to time zones). A deal
    that was entered after it was closed existed by then: `created_on` is no later than `closed_on`.
    Values that cannot be read are left as they are, for whoever checks them by their field.
    """
    told = {name: value for name, value in values.items() if name not in _BESIDE}
    stage = _stage(values, stages)
    status = _status(values, stage)
    if status is not None:
        told["status"] = status
    if stage.name is not None:
        told["stage"] = stage.name
    if stage.probability is not None:
        told["probability"] = stage.probability
    if status == "open":
        told["closed_on"] = None
    elif status in _DECIDED:
        told |= _closed(values, status, modified_at)
    return told


def _stage(values: Mapping[str, Any], stages: Mapping[str, Stage]) -> Stage:
    try:
        word = text(values.get("stage"), _LONGEST_STAGE)
    except Misfit:
        return Stage()
    return stages.get(word or "", Stage())


def _status(values: Mapping[str, Any], stage: Stage) -> Any:
    own = values.get("status")
    if own is not None:
        return own if own in _DECIDED and stage.status == "open" else stage.status or own
    if stage.status is not None:
        return stage.status
    won, closed = values.get("is_won"), values.get("is_closed")
    if won is None and closed is None:
        return None
    if won:
        return "won"
    return "lost" if closed else "open"


def _closed(values: Mapping[str, Any], status: str, modified_at: datetime | None) -> Told:
    """The days of a deal that is won or lost, as far as they were spoken of."""
    names = [name for name in (f"{status}_on", "closed_on") if name in values]
    if not names:
        return {}
    found = next((values[name] for name in names if values[name] is not None), None)
    closed_on = _day(found)
    if closed_on is None:
        return {"closed_on": found}
    if modified_at is not None and closed_on > modified_at.date() + timedelta(days=1):
        closed_on = modified_at.date()
    created_on = _day(values.get("created_on"))
    late = created_on is not None and created_on > closed_on
    return {"closed_on": closed_on} | ({"created_on": closed_on} if late else {})


def _day(value: Any) -> date | None:
    try:
        told = day(value)
    except Misfit:
        return None
    return None if told is None else date.fromisoformat(told)
