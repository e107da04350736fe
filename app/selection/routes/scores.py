"""The doors of kept scores: the newest, the history, why it changed, manual tiers; by our id or the CRM's."""

import re
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import ExternalId, Id, IsoDate, SourceName
from app.kernel.ids import AccountId, ModelId
from app.kernel.periods import InTheFuture
from app.selection.schemas.ready import as_json
from app.selection.schemas.scores import (
    AccountScore,
    KeptScore,
    Override,
    OverrideBody,
    ScoreAccountBody,
    ScoreAt,
    ScoreChanges,
)
from app.selection.service import models, overrides, scoring
from app.selection.service.scoring import Shown
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, Doorkeeper, doors, needs, quickly

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathAccountId = Annotated[Id, Path(description="The account's id")]
Source = Annotated[SourceName, Path(description="The other system, e.g. `salesforce`")]
_PLAIN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TheirId = Annotated[ExternalId, Path(description="The account's id there")]


@router.post(
    "/accounts/{account_id}/scores",
    status_code=201,
    response_model=AccountScore,
    responses=problems(AccountNotFound, models.ModelNotFound, models.NotPublished, InTheFuture),
    openapi_extra=write,
)
async def score_account(
    account_id: PathAccountId, body: ScoreAccountBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Score a stored account now and keep the score; percentiles and rank are among the whole portfolio."""
    standing = await accounts.require_account(connection, caller.tenant_id, ACCOUNTS, AccountId(account_id))
    return await _scored(connection, caller, standing, body)


async def _newest_quickly(request: Request, caller: Caller) -> Response | None:
    """The newest score of an account that has one, and no manual tier."""
    text: str = request.path_params["account_id"]
    if not _PLAIN_ID.fullmatch(text):
        return None
    keeper: Doorkeeper = request.app.state.doorkeeper
    newest: scoring.Newest = request.app.state.newest_scores
    found = await scoring.shown_quickly(keeper.database, newest, keeper.texts, caller.tenant_id, AccountId(UUID(text)))
    return None if found is None else _answer(found)


@router.get(
    "/accounts/{account_id}/score",
    response_model=AccountScore,
    responses=problems(AccountNotFound, scoring.NotScored),
    openapi_extra=read,
)
@quickly(_newest_quickly)
async def get_account_score(account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read an account's newest score, explained."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return _answer(await scoring.shown(connection, tenant_id, standing))


@router.get(
    "/accounts/by-external-id/{source}/{external_id}/score",
    response_model=AccountScore,
    responses=problems(AccountNotFound, scoring.NotScored),
    openapi_extra=read,
)
async def get_account_score_by_external_id(
    source: Source, external_id: TheirId, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Read the newest score of an account by its id in another system, explained."""
    account_id = await accounts.account_by_external_id(connection, tenant_id, ACCOUNTS, source, external_id)
    return _answer(await scoring.shown(connection, tenant_id, account_id))


@router.post(
    "/accounts/by-external-id/{source}/{external_id}/scores",
    status_code=201,
    response_model=AccountScore,
    responses=problems(AccountNotFound, models.ModelNotFound, models.NotPublished, InTheFuture),
    openapi_extra=write,
)
async def score_account_by_external_id(
    source: Source, external_id: TheirId, body: ScoreAccountBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Score now, and keep the score of, the account that another system knows by this id."""
    account_id = await accounts.account_by_external_id(connection, caller.tenant_id, ACCOUNTS, source, external_id)
    return await _scored(connection, caller, account_id, body)


async def _scored(connection: Connection, caller: Caller, account_id: AccountId, body: ScoreAccountBody) -> Response:
    made = await scoring.score_account(
        connection,
        caller.tenant_id,
        account_id,
        as_of=body.as_of,
        model_id=None if body.model_id is None else ModelId(body.model_id),
        key_id=caller.key_id,
    )
    return _answer(made, 201)


def _answer(shown: Shown, status: int = 200) -> Response:
    """The score's immutable text with what holds beside it today."""
    override = None
    if shown.override is not None:
        override = {name: shown.override[name] for name in Override.model_fields}
    effective = {
        "account_name": shown.account_name,
        "override": override,
        "effective_tier": override["tier"] if override else shown.tier,
        "stale": shown.changed_at is not None,
        "changed_at": shown.changed_at,
    }
    beside = orjson.dumps(effective, default=str, option=orjson.OPT_UTC_Z)
    return Response(shown.answer[:-1] + b"," + beside[1:], status, media_type="application/json")


@router.get(
    "/accounts/{account_id}/scores",
    response_model=Page[KeptScore],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_scores(
    account_id: PathAccountId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List an account's scores, the newest day first; none is ever overwritten."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await scoring.history(connection, tenant_id, standing, asked)
    return as_json({"data": found.data, "next_cursor": found.next_cursor})


@router.get(
    "/accounts/{account_id}/score/changes",
    response_model=ScoreChanges,
    responses=problems(AccountNotFound, scoring.NotScored),
    openapi_extra=read,
)
async def explain_account_score_change(
    account_id: PathAccountId,
    tenant_id: CurrentTenant,
    connection: Connection,
    since: Annotated[IsoDate, Query(description="The day to compare with: the newest score of it or earlier")],
) -> Any:
    """Explain why an account's score changed since a day, in parts that add up."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    before, after, changes = await scoring.changed(connection, tenant_id, standing, since)
    return {
        "before": _end(before),
        "after": _end(after),
        "delta": changes.delta,
        "parts": [{"kind": part.kind, "criterion": part.criterion, "delta": part.delta} for part in changes.parts],
    }


def _end(row: Any) -> dict[str, Any]:
    composite = row["composite"]
    shown = None if composite is None else round(composite, 4)
    return {**{name: row[name] for name in ScoreAt.model_fields}, "composite": shown}


@router.post(
    "/accounts/{account_id}/tier-overrides",
    status_code=201,
    response_model=Override,
    responses=problems(AccountNotFound, overrides.UnusableOverride),
    openapi_extra=write,
)
async def override_account_tier(
    account_id: PathAccountId, body: OverrideBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Let a tier hold whatever is computed, with a reason and an end; the computed one is shown beside it."""
    standing = await accounts.require_account(connection, caller.tenant_id, ACCOUNTS, AccountId(account_id))
    made = await overrides.add(
        connection,
        caller.tenant_id,
        standing,
        caller,
        tier=body.tier,
        reason=body.reason,
        until_on=body.until_on,
    )
    return {name: made[name] for name in Override.model_fields}


@router.get(
    "/accounts/{account_id}/tier-overrides",
    response_model=Page[Override],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_tier_overrides(
    account_id: PathAccountId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List an account's manual tiers, the newest first, ended ones included."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await overrides.page(connection, tenant_id, standing, asked)
    data = [{name: row[name] for name in Override.model_fields} for row in found.data]
    return {"data": data, "next_cursor": found.next_cursor}


@router.delete(
    "/accounts/{account_id}/tier-overrides/{override_id}",
    status_code=204,
    responses=problems(AccountNotFound, overrides.OverrideNotFound),
    openapi_extra=write,
)
async def withdraw_account_tier_override(
    account_id: PathAccountId,
    override_id: Annotated[Id, Path(description="The manual tier's id")],
    tenant_id: CurrentTenant,
    connection: Connection,
) -> None:
    """Withdraw a manual tier; it stays on record."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    await overrides.withdraw(connection, tenant_id, standing, override_id)
