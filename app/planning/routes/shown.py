"""How plans and their parts are shown on the wire, to the supplier and to the customer."""

from collections.abc import Mapping
from typing import Any, get_args

from app.infra.wire import MoneyOut
from app.kernel.money import Money
from app.planning.core.centred import CUSTOMER_OUTCOMES_FROM
from app.planning.core.documents import for_customer
from app.planning.schemas import actions as action_wire
from app.planning.schemas import plans as wire
from app.planning.service.actions import Shown
from app.planning.service.approvals import Approval
from app.planning.service.figures import Figures
from app.planning.service.plans import Audience, Plan
from app.planning.service.readers import Readers

OF_PLAN = (
    "id", "account_id", "state", "number", "starts_on", "ends_on", "saved_on", "archived_at", "created_at",
    "updated_at", "version",
)  # fmt: skip
OF_VERSION = ("number", "starts_on", "ends_on", "note", "substantive", "saved_on", "user_id", "created_at")
_COMPUTED = {"owner_name", "worth", "overdue", "product_push"}


def plan_shown(plan: Plan, audience: Audience) -> dict[str, Any]:
    """A plan; of what is the supplier's own the customer sees nothing."""
    row, inside = plan.row, audience == "internal"
    return {
        **{name: row[name] for name in OF_PLAN},
        "audience": audience,
        "document": row["document"] if inside else for_customer(row["document"]),
        "note": row["note"] if inside else None,
        "user_id": row["user_id"] if inside else None,
        "user_name": plan.user_name if inside else None,
        "figures": figures_shown(plan.figures) if inside else None,
    }


def figures_shown(figures: Figures) -> dict[str, Any]:
    """What a plan comes to."""
    fresh, quick = figures.freshness, figures.quick_wins
    return {
        "completeness": figures.completeness,
        "components": [
            {"component": one.component, "complete": one.complete, "missing": one.missing} for one in figures.components
        ],
        "customer_outcome_share": figures.customer_outcome_share,
        "customer_outcome_benchmark": CUSTOMER_OUTCOMES_FROM,
        "product_push": figures.product_push,
        "quick_wins": {name: getattr(quick, name) for name in wire.PlanQuickWins.model_fields},
        "freshness": {
            "kind": fresh.kind,
            "updated_on": fresh.updated_on,
            "days": fresh.days,
            "limit_days": fresh.limit_days,
            "updates_365_days": figures.updates,
        },
        "co_created": figures.co_created,
        "customer_signed": figures.signed.get("customer"),
        "supplier_signed": figures.signed.get("supplier"),
        "actions": {
            **{state: figures.actions.get(state, 0) for state in get_args(action_wire.ActionState)},
            "overdue": figures.overdue,
        },
        "readers": figures.readers,
        "readers_up_to_date": figures.readers_up_to_date,
    }


def version_shown(row: Mapping[str, Any], user_name: str | None) -> dict[str, Any]:
    """A version without its document."""
    return {**{name: row[name] for name in OF_VERSION}, "user_name": user_name}


def action_shown(action: Shown, audience: Audience = "internal") -> dict[str, Any]:
    """An action; what it is worth to us and which play it is of is not for the customer."""
    row, inside = action.row, audience == "internal"
    worth = MoneyOut.of(Money(row["worth"], row["currency"])) if inside and row["worth"] is not None else None
    own = {name: row[name] for name in action_wire.PlanAction.model_fields if name not in _COMPUTED}
    return {
        **own,
        "play": row["play"] if inside else None,
        "owner_name": action.owner_name,
        "worth": worth,
        "overdue": action.overdue,
        "product_push": action.product_push,
    }


def approval_shown(approval: Approval) -> dict[str, Any]:
    """A sign-off."""
    own = {name: approval.row[name] for name in action_wire.PlanApproval.model_fields if name != "name"}
    return {**own, "name": approval.name}


def readers_shown(readers: Readers) -> dict[str, Any]:
    """Who is to know a plan, and who does."""
    return {
        "number": readers.settled,
        "coverage": readers.coverage,
        "data": [
            {
                **{name: one.row[name] for name in ("user_id", "contact_id", "read_number", "read_on")},
                "side": "customer" if one.row["user_id"] is None else "supplier",
                "name": one.name,
                "up_to_date": one.up_to_date,
            }
            for one in readers.readers
        ],
    }
