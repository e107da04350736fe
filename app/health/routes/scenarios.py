"""The door of scenarios: what would become of an account's hygiene and health if something happened."""

import math
from typing import Annotated, Any

from fastapi import Path

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.core.model import SIDES
from app.health.core.scenarios.events import KINDS, MEANINGS, USUAL_DECLINE, Event
from app.health.core.scenarios.outcome import AtRisk, Moved, Outcome
from app.health.core.score import Scores, quadrant_names
from app.health.schemas.scenarios import ScenarioBody, ScenariosAnswer, ScenariosBody
from app.health.service import scenarios
from app.health.service.scenarios import Run
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])
PathAccountId = Annotated[Id, Path(description="The account's id")]
FIGURES = ("score", "low", "high", "coverage")


@router.post(
    "/accounts/{account_id}/health/scenarios",
    response_model=ScenariosAnswer,
    responses=problems(AccountNotFound, InTheFuture, scenarios.UnusableScenario),
    openapi_extra=needs("health:read"),
)
async def run_health_scenarios(
    account_id: PathAccountId, body: ScenariosBody, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Run through what would become of an account if growth stopped, a supporter left, and the like.

    Each event alone: hygiene and health beside today's, the indicators that move, and the revenue at risk with the
    deals that make it up. Nothing is kept.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    asked = [Event(kind) for kind in KINDS] if body.scenarios is None else [_event(one) for one in body.scenarios]
    return _shown(await scenarios.run(connection, tenant_id, standing, asked, as_of=body.as_of))


def _event(one: ScenarioBody) -> Event:
    decline = USUAL_DECLINE if one.decline is None else one.decline
    return Event(one.kind, one.contact_id, one.buying_center_id, decline)


def _shown(run: Run) -> dict[str, Any]:
    found = run.scenarios
    return {
        "account_id": run.account_id,
        "as_of": run.as_of,
        "model_id": run.version.model_id,
        "model_version": run.version.number,
        "currency": run.currency,
        "today": _judged(found.scores, 0),
        "scenarios": [_outcome(found.scores, one) for one in found.outcomes],
    }


def _judged(scores: Scores, at: int) -> dict[str, Any]:
    sides: dict[str, Any] = {
        side: {name: _number(scores.figures[place, figure, at]) for figure, name in enumerate(FIGURES)}
        for place, side in enumerate(SIDES)
    }
    return {**sides, "quadrant": quadrant_names(scores.quadrant)[at]}


def _outcome(scores: Scores, one: Outcome) -> dict[str, Any]:
    change = scores.figures[:, 0, one.at] - scores.figures[:, 0, 0]
    return {
        "kind": one.event.kind,
        "meaning": MEANINGS[one.event.kind],
        "decline": one.event.decline if one.event.kind == "market_worsens" else None,
        "applies": one.consequence.reason is None,
        "reason": one.consequence.reason,
        "struck": one.consequence.struck,
        "after": _judged(scores, one.at),
        "hygiene_delta": _number(change[0]),
        "health_delta": _number(change[1]),
        "moved": [_moved(moved) for moved in one.moved],
        "at_risk": _at_risk(one.at_risk),
    }


def _moved(one: Moved) -> dict[str, Any]:
    figures = ("before", "after", "utility_before", "utility_after", "points")
    named = {name: getattr(one.indicator, name) for name in ("key", "metric", "dimension")}
    return {**named, **{name: getattr(one, name) for name in figures}}


def _at_risk(one: AtRisk) -> dict[str, Any]:
    figures = ("revenue", "revenue_share", "pipeline", "deals", "without_amount")
    return {
        **{name: getattr(one, name) for name in figures},
        "largest": [
            {
                "opportunity_id": at_risk.deal.opportunity_id,
                "name": at_risk.deal.name,
                "status": at_risk.deal.status,
                "amount": at_risk.amount,
            }
            for at_risk in one.largest
        ],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
