"""How warnings and their rules are shown: what was kept, with the words of the rules beside it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.health.core.warnings.plays import PLAYS, Play
from app.health.core.warnings.rule import Rule, Way
from app.health.core.warnings.rules import BY_CODE
from app.health.schemas.warnings import EarlyWarning, WarningPlay
from app.health.service.warning_lists import Asked, InForce, Told
from app.kernel.ids import UserId
from app.metrics.core.registry import Registry


def warning_shown(told: Told, registry: Registry) -> dict[str, Any]:
    """A warning as `EarlyWarning` has it."""
    row = told.row
    evidence = row["evidence"]
    rule = BY_CODE.get(row["code"])
    return {
        **{name: row[name] for name in EarlyWarning.model_fields if name in row},
        "title": row["code"] if rule is None else rule.title,
        "ways": [] if rule is None else [_way(way) for way in rule.ways if way.code in evidence["ways"]],
        "figures": [_figure(figure, registry) for figure in evidence["figures"]],
        "figures_as_of": evidence["as_of"],
        "records": [{**record, "name": told.record_names.get(UUID(record["id"]))} for record in evidence["records"]],
        "plays": [] if rule is None else [{"code": code, "title": PLAYS[code].title} for code in rule.plays],
        "acknowledged": _seen(told),
    }


def rule_shown(in_force: InForce) -> dict[str, Any]:
    """A rule as `WarningRule` has it."""
    rule: Rule = in_force.rule
    return {
        **{name: getattr(rule, name) for name in ("code", "title", "asks", "severity", "source")},
        "ways": [_way(way) for way in rule.ways],
        "thresholds": [_threshold(asked) for asked in in_force.asked],
        "measured": not in_force.missing,
        "missing_metrics": in_force.missing,
        "plays": [_play(PLAYS[code]) for code in rule.plays],
    }


def _way(way: Way) -> dict[str, str]:
    return {"code": way.code, "says": way.says}


def _figure(figure: Mapping[str, Any], registry: Registry) -> dict[str, Any]:
    metric = registry.metrics.get(figure["metric"])
    unit = None if metric is None else metric.unit
    return {**figure, "title": metric and metric.title, "unit": "ratio" if figure["measure"] == "fall" else unit}


def _seen(told: Told) -> dict[str, Any] | None:
    row = told.row
    if row["acknowledged_at"] is None:
        return None
    user_id = UserId(row["acknowledged_by_user_id"])
    return {
        "at": row["acknowledged_at"],
        "user_id": user_id,
        "user_name": told.user_names.get(user_id),
        "note": row["acknowledgement"],
    }


def _threshold(asked: Asked) -> dict[str, Any]:
    comparison = asked.comparison
    settable = isinstance(comparison.limit, str) and asked.usual is not None
    return {
        "way": asked.way.code,
        **{name: getattr(comparison, name) for name in ("metric", "measure", "compares")},
        **{name: getattr(asked, name) for name in ("threshold", "usual", "by_tier")},
        "setting": comparison.limit if settable else None,
    }


def _play(play: Play) -> dict[str, Any]:
    return {name: getattr(play, name) for name in WarningPlay.model_fields}
