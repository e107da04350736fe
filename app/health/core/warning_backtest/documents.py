"""What a backtest of warnings says, as it is kept and shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from app.health.core.warning_backtest.outcomes import Outcomes
from app.health.core.warning_backtest.verdicts import Base, Record, base, interval, record, verdict
from app.health.core.warning_backtest.walk import Walk
from app.health.core.warnings.rule import Rule
from app.metrics.core.measured import Mask


def walk_document(walk: Walk) -> dict[str, Any]:
    """What was asked."""
    return {**asdict(walk), "starts_on": walk.starts_on.isoformat(), "ends_on": walk.ends_on.isoformat()}


def walk_from(document: Mapping[str, Any]) -> Walk:
    """What was asked, read back."""
    days = {name: date.fromisoformat(document[name]) for name in ("starts_on", "ends_on")}
    return Walk(**{**document, **days})


def result_document(rules: Sequence[Rule], opened: Mask, live: Mask, found: Outcomes) -> dict[str, Any]:
    """What came of it; opened, live: (days, accounts, rules)."""
    happens = base(found)
    return {
        "days": len(found.known),
        "accounts": int(found.known.shape[1]),
        "base": {**asdict(happens), "rate": happens.rate},
        "overall": _figures(record(_any(opened), _any(live), found), happens),
        "rules": [
            {
                "code": rule.code,
                "title": rule.title,
                "severity": rule.severity,
                **_figures(record(opened[:, :, at], live[:, :, at], found), happens),
            }
            for at, rule in enumerate(rules)
        ],
    }


def _any(mask: Mask) -> Mask:
    """Whether it holds of any rule, (days, accounts)."""
    found: Mask = np.logical_or.reduce(mask, axis=2)
    return found


def _figures(one: Record, happens: Base) -> dict[str, Any]:
    bounds, precision = interval(one.declined, one.known), one.precision
    return {
        **asdict(one),
        "precision": precision,
        "interval": None if bounds is None else list(bounds),
        "lift": precision / happens.rate if precision is not None and happens.rate else None,
        "recall": one.recall(happens),
        "verdict": verdict(one, happens),
    }
