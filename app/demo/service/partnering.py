"""Plays calibrations as both sides went through them, a step at a time, each on its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.compatibility import DIMENSIONS
from app.calibration.core.themes import Theme
from app.calibration.service import (
    aligning,
    assessing,
    calibrations,
    compatibility,
    expectations,
    exploration,
    investing,
    invitations,
    moving,
    opportunities,
    starting,
    submissions,
)
from app.calibration.service.speaking import Speaker
from app.demo.core.partnerships import AGAIN_AFTER, REACHED, STEP_DAYS, THEMES, Partnership, Reached
from app.demo.core.world import Body
from app.kernel.ids import AccountId, KeyId, TenantId, UserId

ASSESSED_EVERY = timedelta(days=60)
ENDED_AFTER = timedelta(days=250)


@dataclass(frozen=True, slots=True)
class _Play:
    """A calibration on the stage: who speaks on either side, and when it began."""

    connection: AsyncConnection
    partnership: Partnership
    ids: Mapping[str, UUID]
    calibration_id: UUID
    ours: Speaker
    theirs: Speaker
    begins_on: date

    def on(self, reached: Reached) -> date:
        """The day on which it came so far."""
        return self.begins_on + timedelta(days=STEP_DAYS * REACHED.index(reached))

    def id_of(self, named: Body) -> UUID:
        return self.ids[named["external_id"]]

    async def row(self) -> RowMapping:
        return await calibrations.require(self.connection, self.ours.tenant_id, self.calibration_id)

    async def asked(self, on: date) -> moving.Asked:
        return moving.Asked(self.calibration_id, (await self.row())["version"], on)


async def play(
    connection: AsyncConnection,
    tenant_id: TenantId,
    key_id: KeyId,
    partnerships: Sequence[Partnership],
    ids: Mapping[str, UUID],
) -> None:
    """Play each as far as it came; ids: of all records, by their identity in the simulation."""
    for one in partnerships:
        first = await _begun(connection, tenant_id, key_id, one, ids)
        owed = await _walk(first, one.course.reached)
        for number, met in enumerate(one.course.met, start=1):
            await _assess(first, owed, met, first.on("active") + number * ASSESSED_EVERY)
        if one.course.ends:
            asked = await first.asked(first.begins_on + ENDED_AFTER)
            await moving.end(connection, first.ours, asked, "Their board wants one supplier for each plant")
        if one.course.again is not None:
            await _walk(await _begun_anew(first, one, key_id), one.course.again)


async def _begun(
    connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, one: Partnership, ids: Mapping[str, UUID]
) -> _Play:
    speaker = Speaker(tenant_id, "supplier", UserId(ids[one.kam["external_id"]]), "sales", key_id=key_id)
    start = starting.Start(on=one.begins_on, owner_user_id=speaker.user_id)
    return await _started(connection, speaker, one, ids, start)


async def _begun_anew(first: _Play, one: Partnership, key_id: KeyId) -> _Play:
    start = starting.Start(
        on=one.begins_on + timedelta(days=AGAIN_AFTER),
        owner_user_id=first.ours.user_id,
        trigger="other",
        reason="Two plants have come to them",
    )
    return await _started(first.connection, replace(first.ours, key_id=key_id), one, first.ids, start)


async def _started(
    connection: AsyncConnection, speaker: Speaker, one: Partnership, ids: Mapping[str, UUID], start: starting.Start
) -> _Play:
    row = await starting.start(connection, speaker, AccountId(ids[one.account["external_id"]]), start)
    wanted = invitations.Wanted(contact_id=ids[one.contact["external_id"]])
    invitation, _ = await invitations.invite(connection, speaker, row["id"], wanted)
    guest = Speaker(speaker.tenant_id, "customer", invitation_id=invitation["id"])
    return _Play(connection, one, ids, row["id"], speaker, guest, row["started_on"])


async def _walk(now: _Play, until: Reached) -> list[RowMapping]:
    """Go on until it has come so far; what either side owes by then."""
    scenes = {
        "drafted": _drafts, "half_sealed": _seals, "revealed": _reveals, "explored": _explores,
        "half_rated": _rates, "rated": _rates_back, "at_odds": _proposes, "aligned": _agrees, "invested": _invests,
    }  # fmt: skip
    for reached in REACHED[: REACHED.index(until) + 1]:
        if reached != "active":
            await scenes[reached](now)
    if until != "active":
        return []
    owed = await _owes(now)
    await _acknowledges(now)
    await moving.activate(now.connection, now.ours, await now.asked(now.on("active")))
    return owed


async def _drafts(now: _Play) -> None:
    document = now.partnership.supplier
    await submissions.save(now.connection, now.ours, now.calibration_id, document, version=None)


async def _seals(now: _Play) -> None:
    on = now.on("half_sealed")
    await submissions.seal(now.connection, now.ours, now.calibration_id, on, version=None)


async def _reveals(now: _Play) -> None:
    document = now.partnership.customer
    await submissions.save(now.connection, now.theirs, now.calibration_id, document, version=None)
    await submissions.seal(now.connection, now.theirs, now.calibration_id, now.on("revealed"), version=None)


async def _explores(now: _Play) -> None:
    themes = [Theme(name, {"supplier": ours, "customer": theirs}) for name, ours, theirs in THEMES]
    await exploration.map_themes(now.connection, now.ours, now.calibration_id, themes, version=None)
    found = {
        "title": "Predict standstills together", "supplier_goals": ["uptime"], "customer_goals": ["lines"],
        "limitations": ["Older lines have no sensors"],
    }  # fmt: skip
    await opportunities.log(now.connection, now.theirs, now.calibration_id, found)
    await moving.advance(now.connection, now.ours, await now.asked(now.on("explored")))


async def _rates(now: _Play) -> None:
    value = now.partnership.course.rated
    ratings = [compatibility.Rating(dimension, value, None) for dimension in DIMENSIONS]
    await compatibility.rate(now.connection, now.ours, now.calibration_id, ratings, now.on("half_rated"))


async def _rates_back(now: _Play) -> None:
    """They find that both decide otherwise; on the rest they agree."""
    value, on = now.partnership.course.rated, now.on("rated")
    values = {dimension: value - (dimension == "decision_process") for dimension in DIMENSIONS}
    ratings = [compatibility.Rating(dimension, values[dimension], None) for dimension in DIMENSIONS]
    await compatibility.rate(now.connection, now.theirs, now.calibration_id, ratings, on)
    await moving.advance(now.connection, now.ours, await now.asked(on))


async def _proposes(now: _Play) -> None:
    course, on = now.partnership.course, now.on("at_odds")
    level, wanted = _level(course.level), _level(course.odds or course.level)
    await aligning.propose(now.connection, now.ours, now.calibration_id, level, "It is what we can do well", on)
    await aligning.propose(now.connection, now.theirs, now.calibration_id, wanted, "It is what we need", on)


async def _agrees(now: _Play) -> None:
    course, on = now.partnership.course, now.on("aligned")
    level = _level(course.level)
    if course.odds is not None:
        await aligning.propose(now.connection, now.theirs, now.calibration_id, level, "We begin with this", on)
    for speaker in (now.ours, now.theirs):
        await aligning.agree(now.connection, speaker, now.calibration_id, level, on)
    told = aligning.Communication(level, now.id_of(now.partnership.contact), "meeting", None)
    await aligning.communicate(now.connection, now.ours, now.calibration_id, told, on)
    await moving.advance(now.connection, now.ours, await now.asked(on))


def _level(name: str) -> Any:
    return name


async def _invests(now: _Play) -> None:
    lines = [
        {
            "resource_id": now.id_of(resource), "quantity": quantity, "from_on": now.on("active"), "until_on": None,
            "purpose": "The first two lines", "internal_note": "From the budget of this year", "exception_reason": None,
        }
        for resource, quantity, _, _ in now.partnership.invested
    ]  # fmt: skip
    await investing.delineate(now.connection, now.ours, now.calibration_id, lines, version=None)
    for _, _, owner, function in now.partnership.invested[:1]:
        await _acknowledged(now, owner, function)


async def _acknowledges(now: _Play) -> None:
    known = {function for _, _, _, function in now.partnership.invested[:1]}
    for _, _, owner, function in now.partnership.invested[1:]:
        if function not in known:
            await _acknowledged(now, owner, function)
            known.add(function)


async def _acknowledged(now: _Play, owner: Body, function: str) -> None:
    speaker = replace(now.ours, user_id=UserId(now.id_of(owner)), function=function)
    await investing.acknowledge(now.connection, speaker, now.calibration_id, None, now.on("invested"))


async def _owes(now: _Play) -> list[RowMapping]:
    """Each side puts on record what it expects of the other."""
    found = []
    for speaker, side, title in (
        (now.theirs, "supplier", "Spare parts within a day"),
        (now.ours, "customer", "The data of every line"),
    ):
        body = {
            "owed_by": side, "title": title, "metric": "on_time_delivery" if side == "supplier" else None,
            "comparison": "at_least", "target": 0.95, "unit": "ratio", "due_on": now.on("active") + ENDED_AFTER,
            "owner_user_id": None, "owner_contact_id": None,
        }  # fmt: skip
        found.append(await expectations.add(now.connection, speaker, now.calibration_id, body))
    return found


async def _assess(now: _Play, owed: Sequence[RowMapping], met: Sequence[bool], on: date) -> None:
    """The customer says how we keep our word, we say how they keep theirs."""
    for expectation, is_met in zip(owed, met, strict=True):
        speaker = now.theirs if expectation["owed_by"] == "supplier" else now.ours
        said = assessing.Assessment(None, is_met, None)
        await assessing.assess(now.connection, speaker, expectation["id"], said, on)
