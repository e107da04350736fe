"""What the tests of the rules stand on: one account's figures of a day, and days in a row."""

from datetime import date, timedelta

import numpy as np

from app.health.core.warnings.conditions import Figures
from app.health.core.warnings.hysteresis import Standing, stepped, untouched
from app.health.core.warnings.judging import findings
from app.health.core.warnings.limits import limits_of
from app.health.core.warnings.rules import BY_CODE
from app.tenancy.core.organization import USUAL_CADENCES, WarningThresholds

DAY = date(2024, 6, 30)


def day(number):
    return DAY + timedelta(days=number)


def figures(now, before=None):
    """One account's figures; what is not named is not known."""
    return Figures(
        {key: np.array([value], dtype=float) for key, value in now.items()},
        {key: np.array([value], dtype=float) for key, value in (before or {}).items()},
        1,
    )


def found(code, now, before=None, *, thresholds=WarningThresholds(), tier=None):  # noqa: B008  # it is frozen
    """What a rule finds of one account: the codes of the ways that hold, and of those that are not known."""
    rule = BY_CODE[code]
    limits = limits_of(thresholds, USUAL_CADENCES, [tier])
    result = findings([rule], figures(now, before), limits)
    return tuple(
        {way.code for place, way in enumerate(rule.ways) if int(bits[0, 0]) >> place & 1}
        for bits in (result.opens, result.unknown)
    )


def holds(code, now, before=None, **more):
    """Whether the rule opens."""
    return bool(found(code, now, before, **more)[0])


def walked(verdicts, *, ways=1, days=None):
    """The steps of one warning over days: verdicts of each are `holds`, `clean` or `unknown`, by way."""
    standing: Standing = untouched(1, 1)
    steps = []
    for place, verdict in enumerate(verdicts):
        each = verdict if isinstance(verdict, tuple) else (verdict,) * ways
        bits = {
            name: np.array([[sum(1 << way for way, said in enumerate(each) if said == name)]])
            for name in ("holds", "unknown")
        }
        on = day(place if days is None else days[place])
        step = stepped(standing, bits["holds"], bits["holds"], bits["unknown"], on)
        standing = step.standing
        steps.append(step)
    return steps


def told(steps):
    """By step, what happened: + opened, - cleared, and whether the warning lives afterwards."""
    return [
        ("+" if step.opened.any() else "") + ("-" if step.cleared.any() else "") + str(int(step.standing.live[0, 0]))
        for step in steps
    ]
