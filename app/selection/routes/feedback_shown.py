"""How feedback rounds, their items and their answers are shown."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.kernel.ids import UserId
from app.selection.core.feedback.outcome import deviation_document, ownership_document, to_decimals
from app.selection.core.feedback.owning import undisposed
from app.selection.service.feedback.answers import Answered, consistency_of
from app.selection.service.feedback.items import Seen
from app.selection.service.feedback.rounds import Whole, item_of

INCONSISTENT = "the judgements contradict each other (consistency ratio above 0.1); look again at the worst of them"


def shown(seen: Whole) -> dict[str, Any]:
    """A round with all that may be seen of it."""
    found = seen.round
    return {
        "id": found.id,
        "model_id": found.model_id,
        "model_version": found.model_version,
        "name": found.name,
        "state": found.state,
        "closes_on": found.closes_on,
        "overdue": seen.overdue,
        "created_at": found.created_at,
        "closed_at": found.closed_at,
        "criteria": [{**asdict(one), "share": to_decimals(one.share)} for one in found.criteria],
        "participants": [participant_shown(row, seen.names) for row in seen.participants],
        "functions": _functions(seen),
        "other_functions": asdict(seen.others),
        "items": [item_fields(row, seen.names) for row in seen.items],
        "undisposed": undisposed(seen.raised),
        "open_blocking": seen.open_blocking,
        "co_ownership": to_decimals(ownership_document(seen.ownership)),
        "result": None if found.result is None else to_decimals(found.result),
    }


def _functions(seen: Whole) -> list[dict[str, Any]]:
    asked, submitted = seen.asked, seen.submitted
    return [
        {"function": name, "asked": asked.count(name), "submitted": submitted.count(name)}
        for name in sorted(set(asked))
    ]


def participant_shown(row: Mapping[Any, Any], names: Mapping[UserId, str]) -> dict[str, Any]:
    """Somebody who was asked."""
    return {
        "user_id": row["user_id"],
        "name": names.get(row["user_id"]),
        "function": row["function"],
        "asked_at": row["created_at"],
        "submitted": row["submitted_at"] is not None,
        "submitted_at": row["submitted_at"],
    }


def summary(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A round in a list."""
    named = (
        "id", "model_id", "model_version", "name", "state", "closes_on", "created_at", "closed_at", "asked",
        "submitted", "kendalls_w",
    )  # fmt: skip
    return to_decimals({name: row[name] for name in named})  # type: ignore[no-any-return]  # a dict, as given


def item_shown(seen: Seen) -> dict[str, Any]:
    """An objection or a proposal."""
    return item_fields(seen.row, seen.names)


def item_fields(row: Mapping[Any, Any], names: Mapping[UserId, str]) -> dict[str, Any]:
    """An objection or a proposal, by its row."""
    copied = (
        "id", "round_id", "kind", "body", "criterion", "blocking", "proposed", "user_id", "function", "created_at",
        "disposition", "disposed_by", "disposed_at",
    )  # fmt: skip
    return {
        **{name: row[name] for name in copied},
        "name": names.get(row["user_id"]),
        "reason": row["disposition_reason"],
        "disposed_by_name": names.get(row["disposed_by"]),
        "open": item_of(row).open_objection,
    }


def answer_shown(answered: Answered) -> dict[str, Any]:
    """A participant's answer."""
    weighing = answered.weighing
    by_points = weighing.method == "points"
    return {
        "round_id": answered.round_id,
        "user_id": answered.user_id,
        "function": answered.function,
        "method": weighing.method,
        "points": dict(zip(answered.keys, weighing.given, strict=True)) if by_points else None,
        "comparisons": None if by_points else [{"a": a, "b": b, "ratio": ratio} for a, b, ratio in answered.pairs],
        "weights": to_decimals(dict(zip(answered.keys, weighing.weights, strict=True))),
        "consistency": to_decimals(consistency_of(weighing)),
        "warning": _warning(answered),
        "submitted_at": answered.submitted_at,
    }


def _warning(answered: Answered) -> dict[str, Any] | None:
    if not answered.deviating:
        return None
    judgements = [to_decimals(deviation_document(one, answered.keys)) for one in answered.deviating]
    return {"code": "inconsistent_judgements", "message": INCONSISTENT, "judgements": judgements}
