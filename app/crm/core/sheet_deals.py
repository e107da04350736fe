"""Decides of a page of deals which are won, lost or open, and since when, by the rules of `core.deals`."""

from collections.abc import Sequence
from typing import Any

from app.crm.core import values
from app.crm.core.deals import Said, Standing, decided_on, standing
from app.crm.core.mapping_plan import Once, Plan
from app.crm.core.sheet_columns import Column, NotPlain, Page, told_of
from app.crm.core.values import FORMS, STATUSES, Misfit

_FORMS = FORMS["opportunity"]
BESIDE = frozenset({"status", "closed_on"})  # what is read here, and not as it stands


class Deals:
    """How the deals of a connection are read. able: whether a page of them can be; else each is read by itself."""

    def __init__(self, plan: Plan) -> None:
        fields = {each.name: each.field for each in plan.fields}
        self._stages = plan.connection.settings.stages
        self.able = not self._stages or {"stage", "probability"} <= fields.keys()
        self._status = told_of(fields.get("status"), _own_status)
        self._won, self._closed = (told_of(fields.get(name), _truth) for name in ("is_won", "is_closed"))
        self._days = {name: told_of(fields.get(name), values.date_of) for name in ("won_on", "lost_on", "closed_on")}
        self._verdicts = Once(self._verdict)

    def _verdict(self, said: Said) -> Standing:
        """Of equal words: the standing, with stage and probability in their forms."""
        found = standing(said, self._stages)
        if found.status not in STATUSES:
            raise NotPlain
        stage, probability = (values.fitting(_FORMS[name], getattr(found, name)) for name in ("stage", "probability"))
        return Standing(found.status, stage, probability)

    def decide(self, page: Page, modified: Column) -> None:
        """Fills the columns that follow from how a deal stands."""
        stages = page.columns.get("stage") or [None] * len(page.records)
        words = zip(page.read(self._status), page.read(self._won), page.read(self._closed), stages, strict=True)
        found = self._standings(page, list(words))
        page.columns["status"] = [one.status for one in found]
        if self._stages:
            for name in ("stage", "probability"):
                new = (getattr(one, name) for one in found)
                both = zip(new, page.columns[name], strict=True)
                page.columns[name] = [old if said is None else said for said, old in both]
        self._close(page, modified)

    def _standings(self, page: Page, words: Sequence[Said]) -> list[Standing]:
        verdicts = self._verdicts
        try:
            return [verdicts[said] for said in words]
        except (Misfit, NotPlain):
            return [self._standing(page, place, said) for place, said in enumerate(words)]

    def _standing(self, page: Page, place: int, said: Said) -> Standing:
        try:
            found: Standing = self._verdicts[said]
        except (Misfit, NotPlain):
            page.left.add(place)
            return Standing("open", None, None)
        return found

    def _close(self, page: Page, modified: Column) -> None:
        days = {name: page.read(column) for name, column in self._days.items()}
        created = page.columns.get("created_on") or [None] * len(page.records)
        closed: Column = [None] * len(page.records)
        rows = zip(page.columns["status"], days["won_on"], days["lost_on"], days["closed_on"], strict=True)
        for place, (status, won_on, lost_on, closed_on) in enumerate(rows):
            if status == "open":
                continue
            day = (won_on if status == "won" else lost_on) or closed_on
            if day is None:
                page.left.add(place)
            else:
                closed[place], created[place] = decided_on(day, created[place], modified[place])
        page.columns["closed_on"] = closed


def _own_status(value: Any) -> str | None:
    found: str | None = values.fitting(_FORMS["status"], value)
    if found != value:
        raise NotPlain
    return found


def _truth(value: Any) -> bool | None:
    return None if value is None else bool(value)
