"""The page of one account: how it stands, why, what is in the way, and what it is owed."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from app.console.core.compared import compared
from app.console.core.pictures import health as health_pictures
from app.console.core.pictures.waterfall import known, value_text, waterfall
from app.console.core.promises import promises
from app.console.core.tiers import tier_looks
from app.console.core.visits import Visit
from app.console.core.whitespace_map import whitespace_map
from app.console.deps import CurrentVisit, pages, shows
from app.console.schemas.days import AsOfText, day_of
from app.console.schemas.pages import HEADERS, page
from app.console.service import account as service
from app.console.service.account import Care, Commitments, Health, Scored, Warnings
from app.health.core.whitespace import Grid
from app.health.routes.warnings_shown import warning_shown
from app.health.schemas.cadence import cadence_shown
from app.health.schemas.scores import day as health_day
from app.kernel.ids import AccountId
from app.planning.routes.shown import figures_shown
from app.resourcing.routes.commitments_shown import commitment_shown
from app.tenancy.deps import Connection

router = pages()
PathAccountId = Annotated[UUID, Path(description="The account's id")]
# Parts of the page that need more than the page itself: what they are called, by the scope.
_PARTS = (
    ("selection:read", "score and tier"),
    ("health:read", "hygiene, health, warnings, whitespace, touchpoints and plan"),
    ("resourcing:read", "commitments"),
    ("calibration:read", "the level of the partnership"),
)


@router.get("/accounts/{account_id}", openapi_extra=shows("accounts:read"))
async def show_account(
    visit: CurrentVisit, connection: Connection, account_id: PathAccountId, as_of: AsOfText = ""
) -> Response:
    """Show an account; of one that was merged into another, the other."""
    tenant_id = visit.caller.tenant_id
    standing = await service.surviving(connection, tenant_id, AccountId(account_id))
    if standing != account_id:
        return RedirectResponse(f"/console/accounts/{standing}", 303, headers=HEADERS)
    asked = day_of(as_of)
    day = service.shown_on(asked)
    account, kam = await service.named(connection, tenant_id, standing)
    filled: dict[str, Any] = {
        "account": account,
        "kam": kam,
        "day": day,
        "as_of": as_of.strip(),
        "left_out": [told for scope, told in _PARTS if not visit.may(scope)],
        **await _parts(visit, connection, standing, as_of),
    }
    return page("account.html", visit, filled)


async def _parts(visit: Visit, connection: Connection, account_id: AccountId, as_of: str) -> dict[str, Any]:
    """What the visitor may read, each part with what its pictures need; None for the others."""
    tenant_id, asked = visit.caller.tenant_id, day_of(as_of)
    day = service.shown_on(asked)
    who = (connection, tenant_id, account_id)
    health = visit.may("health:read")
    return {
        "score": _score(await service.scored(*who, day)) if visit.may("selection:read") else None,
        "health": _health(await service.health(*who, asked)) if health else None,
        "warnings": _warnings(await service.warnings(*who)) if health else None,
        "whitespace": _whitespace(await service.grid(*who, day)) if health else None,
        "care": _care(await service.care(*who, day)) if health else None,
        "owed": _owed(await service.owed(*who)) if visit.may("resourcing:read") else None,
        "partnership": await service.partnership(*who, day) if visit.may("calibration:read") else None,
    }


def _score(found: Scored | None) -> dict[str, Any] | None:
    if found is None:
        return None
    answer = found.answer
    needed = answer["next_tier"]
    return {
        "answer": answer,
        "as_of": date.fromisoformat(answer["as_of"]),
        "tier": found.tier,
        "override": found.override,
        "changed_at": found.changed_at,
        "model": found.version,
        "looks": tier_looks(found.version.model.tier_names),
        "picture": waterfall(answer),
        "needed": None if needed is None else value_text(needed["value_needed"]),
        "lifts": [one for one in answer["contributions"] if one["headroom"]][:3],
        "unknown": [one["criterion"] for one in answer["contributions"] if not known(one)],
    }


def _health(found: Health) -> dict[str, Any]:
    days = [health_day(dict(row)) for row in found.days]
    lines = [{**one, **{side: one[side]["score"] for side in health_pictures.SIDES}} for one in days]
    return {
        "now": found.now,
        "radars": [health_pictures.radar(side, found.now, found.before) for side in health_pictures.SIDES],
        "course": health_pictures.course(lines, found.now),
    }


def _warnings(found: Warnings) -> list[dict[str, Any]]:
    shown = [warning_shown(one, found.registry) for one in found.told]
    return [{**one, "compared": [compared(figure) for figure in one["figures"]]} for one in shown]


def _whitespace(grid: Grid) -> dict[str, Any]:
    return {"grid": grid, "map": whitespace_map(grid)}


def _care(found: Care) -> dict[str, Any]:
    plan = found.plan
    return {
        "cadence": cadence_shown(found.cadence.cadence),
        "plan": None if plan is None else {"row": plan.row, "figures": figures_shown(plan.figures)},
    }


def _owed(found: Commitments) -> dict[str, Any]:
    return {"promises": promises([commitment_shown(row) for row in found.rows]), "more": found.more}
