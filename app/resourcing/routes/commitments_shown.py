"""How commitments and their moves are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.resourcing.core.commitments.keeping import Promise, days_late, kept, overdue
from app.resourcing.core.commitments.states import MOVES, legal_acts
from app.resourcing.core.commitments.terms import Counter, Terms, agreed
from app.resourcing.schemas.commitments import Commitment, CommitmentMove
from app.resourcing.service.resources import today

_ACTS: Final[Mapping[tuple[str | None, str], str]] = {
    (None, "requested"): "request",
    **{(state, to): act for state, acts in MOVES.items() for act, to in acts.items()},
}
_DERIVED: Final = {"unplanned", "response_days", "countered", "overdue", "days_late", "kept", "legal_moves"}


def commitment_shown(row: Any) -> dict[str, Any]:
    """A commitment as it stands today."""
    day, promise = today(), _promise(row)
    return {
        **{name: row[name] for name in Commitment.model_fields if name not in _DERIVED},
        "unplanned": row["plan_action_id"] is None,
        "response_days": None if row["answered_on"] is None else (row["answered_on"] - row["requested_on"]).days,
        "countered": _countered(row),
        "overdue": overdue(promise, day),
        "days_late": days_late(promise, day),
        "kept": kept(promise, day),
        "legal_moves": legal_acts(row["state"], confirmed=row["confirmed_on"] is not None),
    }


def _promise(row: Any) -> Promise:
    return Promise(
        due_on=row["due_on"],
        accepted_on=row["accepted_on"],
        delivered_on=row["delivered_on"],
        closed_on=row["closed_on"],
        missed=row["state"] == "missed",
    )


def _countered(row: Any) -> dict[str, Any] | None:
    offer = Counter(row["countered_quantity"], row["countered_due_on"])
    if offer == Counter(None, None):
        return None
    terms = agreed(Terms(row["quantity"], row["starts_on"], row["due_on"]), offer)
    return {"quantity": terms.quantity, "due_on": terms.due_on}


def move_shown(row: Any) -> dict[str, Any]:
    """A move, with what was done and the terms of then."""
    terms: Mapping[str, Any] = row["terms"]
    scheduled_on = terms["scheduled_on"]
    own = {"act", "quantity", "due_on", "scheduled_on"}
    return {
        **{name: row[name] for name in CommitmentMove.model_fields if name not in own},
        "act": _ACTS[row["from_state"], row["to_state"]],
        "quantity": terms["quantity"],
        "due_on": date.fromisoformat(terms["due_on"]),
        "scheduled_on": scheduled_on and date.fromisoformat(scheduled_on),
    }
