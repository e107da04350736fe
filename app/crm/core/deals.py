"""Decides what a CRM's record says of a deal: whether it is won or lost, since when, and at which stage."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.crm.core.connection import Stage
from app.crm.core.values import Misfit, date_of, text

Told = dict[str, Any]
Said = tuple[Any, Any, Any, str | None]

_BESIDE = ("is_won", "is_closed", "won_on", "lost_on")
_DECIDED = ("won", "lost")
_LONGEST_STAGE = 255
_UNSAID = Stage()
_A_DAY = timedelta(days=1)


class Standing(NamedTuple):
    """How a deal stands; stage and probability only where the connection says more of the stage than the record."""

    status: Any
    stage: str | None
    probability: float | None


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
    own, won, closed = (values.get(name) for name in ("status", "is_won", "is_closed"))
    found = standing((own, won, closed, _word(values)), stages)
    told |= {name: value for name, value in found._asdict().items() if value is not None}
    if found.status == "open":
        told["closed_on"] = None
    elif found.status in _DECIDED:
        told |= _closed(values, found.status, modified_at)
    return told


def standing(said: Said, stages: Mapping[str, Stage]) -> Standing:
    """How a deal stands by its own status, `is_won`, `is_closed` and the CRM's word for its stage; see `deal_told`."""
    own, won, closed, word = said
    stage = stages.get(word or "", _UNSAID)
    return Standing(_status(own, won, closed, stage), stage.name, stage.probability)


def _word(values: Mapping[str, Any]) -> str | None:
    try:
        return text(values.get("stage"), _LONGEST_STAGE)
    except Misfit:
        return None


def _status(own: Any, won: Any, closed: Any, stage: Stage) -> Any:
    if own is not None:
        return own if own in _DECIDED and stage.status == "open" else stage.status or own
    if stage.status is not None:
        return stage.status
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
    created_on = _day(values.get("created_on"))
    closed_on, entered_on = decided_on(closed_on, created_on, modified_at)
    return {"closed_on": closed_on} | ({"created_on": entered_on} if entered_on != created_on else {})


def decided_on(closed_on: date, created_on: date | None, modified_at: datetime | None) -> tuple[date, date | None]:
    """When a deal was closed and when it was created, given the days that its record tells; see `deal_told`."""
    if modified_at is not None and closed_on > modified_at.date() + _A_DAY:
        closed_on = modified_at.date()
    return closed_on, closed_on if created_on is not None and created_on > closed_on else created_on


def _day(value: Any) -> date | None:
    try:
        return date_of(value)
    except Misfit:
        return None
