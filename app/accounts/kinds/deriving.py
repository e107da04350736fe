"""What is shown of a fact that is no column of its row."""

from typing import Any

from app.infra.records.kind import Columns


def since(row: Columns) -> Columns:
    """A removed record is what it now is, gone, since its removal."""
    return {"valid_from": row["removed_at"] or row["valid_from"]}


def stage_history(row: Columns) -> Columns:
    """All states of a deal, oldest first, the present one last; a removed deal has none."""
    present = () if row["removed_at"] else (row,)
    return {"stage_history": [_shown_state(state) for state in (*row["past"], *present)]}


def _shown_state(state: Columns) -> dict[str, Any]:
    amount = None if state["amount"] is None else {"amount": state["amount"], "currency": state["currency"]}
    kept = {name: state[name] for name in ("stage", "status", "probability")}
    return {"at": state["valid_from"], "amount": amount, **kept}
