"""Gathers what a card shows, each section from the capability that owns it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.accounts.service import people
from app.calibration.service import standing
from app.cards.core import picking
from app.health.core.warnings.rules import BY_CODE
from app.health.service import scoring as health
from app.health.service import warning_lists
from app.infra.paging import PageRequest
from app.kernel.ids import AccountId, TenantId, UserId
from app.resourcing.queries.commitments import Wanted
from app.resourcing.service import commitments
from app.selection.service import scoring
from app.selection.service.keeping import today
from app.selection.service.scoring import NotScored
from app.tenancy import service as tenancy
from app.tenancy.core.scopes import allows

Section = Callable[[AsyncConnection, TenantId, AccountId], Awaitable[dict[str, Any] | None]]

_STANDING = ("open", "acknowledged")
_SIDE = ("score", "low", "high", "coverage", "trend_90")
_SCORE = (
    "as_of", "model_version", "quadrant", "provisional", "rank", "ranked", "composite", "opportunity", "alignment",
    "next_tier",
)  # fmt: skip


async def card(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, scopes: Sequence[str]
) -> dict[str, Any]:
    """The card of an account that is there, with the sections that `scopes` let somebody read."""
    account = await accounts.one(connection, tenant_id, ACCOUNTS, account_id)
    organization = await tenancy.organization(connection, tenant_id)
    shown: dict[str, Any] = {}
    hidden: list[str] = []
    for name, (scope, section) in SECTIONS.items():
        if allows(scopes, scope):
            shown[name] = await section(connection, tenant_id, account_id)
        else:
            shown[name] = None
            hidden.append(name)
    return {
        "account": await _account(connection, tenant_id, account),
        "headline": picking.headline(shown),
        **shown,
        "hidden": hidden,
        "simulated": organization.simulated,
    }


async def _account(connection: AsyncConnection, tenant_id: TenantId, account: Mapping[str, Any]) -> dict[str, Any]:
    kam = account["kam_user_id"]
    names = await people.names(connection, tenant_id, [UserId(kam)]) if kam is not None else {}
    return {
        **{name: account[name] for name in ("id", "name", "industry", "kam_user_id")},
        "kam_name": next(iter(names.values()), None),
    }


async def _score(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> dict[str, Any] | None:
    try:
        found = await scoring.shown(connection, tenant_id, account_id)
    except NotScored:
        return None
    kept = orjson.loads(found.answer)
    return {
        **{name: kept[name] for name in _SCORE},
        "tier": found.tier if found.override is None else found.override["tier"],
        "stale": found.changed_at is not None,
        "strengths": _factors(picking.strengths(kept["contributions"]), "contribution"),
        "lifts": _factors(picking.lifts(kept["contributions"]), "headroom"),
    }


def _factors(contributions: Sequence[Mapping[str, Any]], points: str) -> list[dict[str, Any]]:
    return [{"criterion": each["criterion"], "points": each[points]} for each in contributions]


async def _health(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> dict[str, Any] | None:
    found = await health.account_health(connection, tenant_id, account_id, None)
    sides = {side: {name: found[side][name] for name in _SIDE} for side in ("hygiene", "health")}
    return {**{name: found[name] for name in ("as_of", "quadrant", "quadrant_since", "provisional")}, **sides}


async def _warnings(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> dict[str, Any]:
    # No rule opens twice at once, so that a page holds all that stand.
    wanted = {"account_id": [account_id], "state": _STANDING}
    found = await warning_lists.page(connection, tenant_id, PageRequest(limit=100), wanted)
    rows = [dict(told.row) for told in found.data]
    return {"open": len(rows), "gravest": [_warning(row) for row in picking.gravest(rows)]}


def _warning(row: Mapping[str, Any]) -> dict[str, Any]:
    rule = BY_CODE.get(row["code"])
    return {
        **{name: row[name] for name in ("id", "code", "severity", "first_seen_on")},
        "title": row["code"] if rule is None else rule.title,
    }


async def _commitments(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> dict[str, Any]:
    day = today()
    wanted = Wanted(account_id=account_id, state="accepted")
    rows = (await commitments.page(connection, tenant_id, PageRequest(limit=100), wanted)).data
    return {
        "open": len(rows),
        "overdue": picking.overdue((row["due_on"] for row in rows), day),
        "next": [
            {
                **{name: row[name] for name in ("id", "resource_name", "function", "owner_name", "due_on")},
                "overdue": row["due_on"] < day,
            }
            for row in rows[: picking.MOST]
        ],
    }


async def _partnership(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId
) -> dict[str, Any] | None:
    found = (await standing.in_force(connection, tenant_id, [account_id], today())).get(account_id)
    if found is None:
        return None
    return {"level": found.level, "since": found.since, "calibration_id": found.calibration_id}


# What a card shows, and the scope that reading it elsewhere needs too.
SECTIONS: Final[Mapping[str, tuple[str, Section]]] = {
    "score": ("selection:read", _score),
    "health": ("health:read", _health),
    "warnings": ("health:read", _warnings),
    "commitments": ("resourcing:read", _commitments),
    "partnership": ("calibration:read", _partnership),
}
# What a connection's own CRM may see of it: it shows the card to whoever may see the record there.
ALL_READ: Final = tuple(sorted({scope for scope, _ in SECTIONS.values()}))
