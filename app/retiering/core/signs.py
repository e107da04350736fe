"""The first signs that key status is in question, and which of them sets an appraisal off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from app.kernel.periods import QUARTER_DAYS
from app.retiering.core.findings import Findings

Trigger = Literal["schedule", "expectation_missed", "quadrant_fell", "utilization_low", "at_risk", "manual"]
# Of signs of the same day, which one leads: what was agreed comes before what is inferred.
_RANK: Final[tuple[Trigger, ...]] = ("expectation_missed", "at_risk", "quadrant_fell", "utilization_low", "schedule")
# Which sides of health are up (hygiene, health), by quadrant.
_UP: Final = {"thriving": (1, 1), "coasting": (1, 0), "building": (0, 1), "at_risk": (0, 0)}


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that sets an appraisal off.

    on: the day on which it was there to be seen. since: the first day of what it stands on; a sign is news only while
    that lies after the last word on the account. figures: what it stands on, by name.
    """

    trigger: Trigger
    on: date
    since: date
    figures: dict[str, float | str | None]


def fell(before: str | None, after: str | None) -> bool:
    """Whether an account fell from one quadrant into another: a side that was up is down, and none rose.

    From `building` to `coasting` and back one side falls while the other rises: that is no fall. Without either
    quadrant: no.
    """
    if before is None or after is None or before == after:
        return False
    return all(now <= then for then, now in zip(_UP[before], _UP[after], strict=True))


def signs(findings: Findings, *, used_below: float, last_word_on: date | None) -> list[Sign]:
    """What speaks for an appraisal on the day of the findings, what was there first first.

    used_below: 0..1; two quarters in a row with less are a sign. last_word_on: when the last appraisal was closed or
    the last decision made; what was there by then is no news (None: everything is). A fall counts for 90 days: what is
    older is seen on schedule.
    """
    seen = [*_missed(findings), *_placed(findings), *_unused(findings, used_below)]
    fresh = [sign for sign in seen if last_word_on is None or sign.since > last_word_on]
    return sorted(fresh, key=lambda sign: (sign.on, _RANK.index(sign.trigger)))


def _missed(findings: Findings) -> Iterator[Sign]:
    for one in findings.requirements:
        if one.missed_since is not None:
            figures = {"title": one.title, "owed_by": one.owed_by, "target": one.target, "value": one.assessed}
            yield Sign("expectation_missed", one.missed_since, one.missed_since, dict(figures))


def _placed(findings: Findings) -> Iterator[Sign]:
    placed = findings.placed
    if placed is None:
        return
    figures = {"from": placed.before, "to": placed.quadrant, "hygiene": placed.hygiene, "health": placed.health}
    if placed.quadrant == "at_risk":
        yield Sign("at_risk", placed.since, placed.since, dict(figures))
    elif fell(placed.before, placed.quadrant) and (findings.as_of - placed.since).days < QUARTER_DAYS:
        yield Sign("quadrant_fell", placed.since, placed.since, dict(figures))


def _unused(findings: Findings, used_below: float) -> Iterator[Sign]:
    latest, before = findings.use.latest, findings.use.before
    if latest is None or before is None or max(latest, before) >= used_below:
        return
    since = findings.as_of - timedelta(days=QUARTER_DAYS - 1)
    figures = {"utilization": latest, "utilization_before": before, "below": used_below}
    yield Sign("utilization_low", findings.as_of, since, dict(figures))


def leading(seen: Sequence[Sign], scheduled_on: date | None, today: date) -> Sign | None:
    """What sets an appraisal off today: the first sign, else the schedule where its day has come, else nothing."""
    if seen:
        return seen[0]
    if scheduled_on is None or scheduled_on > today:
        return None
    return Sign("schedule", scheduled_on, scheduled_on, {})
