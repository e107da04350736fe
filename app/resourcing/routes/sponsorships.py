"""The doors of executive sponsorships."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service.people import UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import AccountId, UserId
from app.resourcing.core.sponsorships import CHARTER, MOST_ACCOUNTS, Flag, UnusableSponsorship
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.resourcing.schemas import sponsorships as wire
from app.resourcing.service import sponsorships as service
from app.resourcing.service.sponsorships import (
    Shown,
    SponsorsAlready,
    SponsorshipChanged,
    SponsorshipEnded,
    SponsorshipId,
    SponsorshipNotFound,
)
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read, write = needs("resourcing:read"), needs("resourcing:write")
PathAccountId = Annotated[Id, Path(description="The account's id")]
PathSponsorshipId = Annotated[Id, Path(description="The sponsorship's id")]
Current = Annotated[bool | None, Query(description="True: only those that last; false: only those that are over")]
OfUser = Annotated[Id | None, Query(description="Only what this executive sponsors")]
WithFlag = Annotated[Flag | None, Query(description="Only those with which this is wrong now")]


async def standing(account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection) -> AccountId:
    """The account that is named, or the one that it was merged into."""
    return await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))


Account = Annotated[AccountId, Depends(standing)]


# Not `async`, a dependency would be given to a thread.
async def _wanted(current: Current = None, user_id: OfUser = None, flag: WithFlag = None) -> service.Wanted:
    return service.Wanted(None, None if user_id is None else UserId(user_id), current, flag)


@router.post(
    "/accounts/{account_id}/sponsorships",
    status_code=201,
    response_model=wire.SponsorshipAnswer,
    responses=problems(AccountNotFound, UnknownPeople, UnusableSponsorship, SponsorsAlready),
    openapi_extra=write,
)
async def start_sponsorship(
    account: Account, body: wire.NewSponsorshipBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Let an executive sponsor an account, with a charter that says what for and a counterpart.

    What is missing or amiss is told in `flags` rather than refused: a sponsor may be named before the role is written
    down.
    """
    made = await service.start(connection, caller, account, {**body.model_dump(), "charter": _charter(body.charter)})
    response.headers["Location"] = f"/v1/sponsorships/{made.row['id']}"
    tag(response, made.row["version"])
    return _answer(made)


def _charter(charter: wire.SponsorCharter) -> dict[str, Any]:
    return charter.model_dump(mode="json", exclude_none=True)


@router.get(
    "/accounts/{account_id}/sponsorships",
    response_model=Page[wire.SponsorshipAnswer],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_sponsorships(
    account: Account, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, current: Current = None
) -> Any:
    """List who sponsors an account and who did, the latest first."""
    found = await service.page(connection, tenant_id, asked, service.Wanted(account, current=current))
    return {"data": [_answer(one) for one in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/accounts/{account_id}/executive-coverage",
    response_model=wire.ExecutiveCoverage,
    responses=problems(AccountNotFound),
    openapi_extra=read,
)
async def get_executive_coverage(account: Account, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Tell which executives of a customer have a counterpart among our sponsors, and which have none."""
    rows = await service.executives(connection, tenant_id, account)
    data = [_executive(list(own)) for _, own in groupby(rows, key=lambda row: row["contact_id"])]
    covered = sum(bool(one["sponsors"]) for one in data)
    return {
        "account_id": account,
        "executives": len(data),
        "covered": covered,
        "coverage": round(covered / len(data), 4) if data else None,
        "data": data,
    }


def _executive(rows: Sequence[Any]) -> dict[str, Any]:
    named = [row for row in rows if row["sponsorship_id"] is not None]
    sponsors = [{name: row[name] for name in wire.PairedSponsor.model_fields} for row in named]
    own = {name: rows[0][name] for name in ("contact_id", "name", "title", "seniority")}
    return {**own, "sponsors": sponsors}


@router.get(
    "/sponsorships",
    response_model=Page[wire.SponsorshipAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_sponsorships(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    wanted: Annotated[service.Wanted, Depends(_wanted)],
) -> Any:
    """List sponsorships of all accounts, the latest first: of one executive, or those with which something is wrong."""
    found = await service.page(connection, tenant_id, asked, wanted)
    return {"data": [_answer(one) for one in found.data], "next_cursor": found.next_cursor}


@router.get("/sponsors", response_model=wire.SponsorLoads, responses=problems(), openapi_extra=read)
async def list_sponsors(tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List who sponsors accounts now: how many each has, whether that is too many, and how many are neglected."""
    found = await service.current(connection, tenant_id)
    data = [_load(list(own)) for _, own in groupby(found, key=lambda one: one.row["user_id"])]
    return {
        "most_accounts": MOST_ACCOUNTS,
        "sponsorships": len(found),
        "data": sorted(data, key=lambda one: -one["accounts"]),
    }


def _load(own: Sequence[Shown]) -> dict[str, Any]:
    first = own[0].row
    flags = Counter(flag for one in own for flag in one.judged.flags)
    return {
        "user_id": first["user_id"],
        "user_name": first["user_name"],
        "accounts": len(own),
        "overloaded": len(own) > MOST_ACCOUNTS,
        "time_budget_days_per_quarter": sum(one.row["charter"].get("time_budget_days_per_quarter", 0.0) for one in own),
        "met_in_time": len(own) - flags["no_recent_meeting"],
        "flags": dict(sorted(flags.items())),
    }


@router.get(
    "/sponsorships/{sponsorship_id}",
    response_model=wire.SponsorshipAnswer,
    responses=problems(SponsorshipNotFound),
    openapi_extra=read,
)
async def get_sponsorship(
    sponsorship_id: PathSponsorshipId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read a sponsorship: the charter, the counterpart, how the two keep in touch, and what is wrong with it."""
    found = await service.find(connection, tenant_id, SponsorshipId(sponsorship_id))
    tag(response, found.row["version"])
    return _answer(found)


@router.patch(
    "/sponsorships/{sponsorship_id}",
    response_model=wire.SponsorshipAnswer,
    responses=problems(
        SponsorshipNotFound, SponsorshipEnded, SponsorshipChanged, UnusableSponsorship, UnreadableIfMatch
    ),
    openapi_extra=write,
)
async def change_sponsorship(
    sponsorship_id: PathSponsorshipId,
    body: wire.SponsorshipBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Change a sponsorship that lasts: write the charter, move the cadence, pair the sponsor with somebody else."""
    given = body.model_dump(exclude_unset=True)
    if body.charter is not None:
        given["charter"] = _charter(body.charter)
    changed = await service.change(connection, caller, SponsorshipId(sponsorship_id), given, version=version)
    tag(response, changed.row["version"])
    return _answer(changed)


@router.post(
    "/sponsorships/{sponsorship_id}/end",
    response_model=wire.SponsorshipAnswer,
    responses=problems(
        SponsorshipNotFound, SponsorshipEnded, SponsorshipChanged, UnusableSponsorship, UnreadableIfMatch,
        ConversationNotRecorded,
    ),
    openapi_extra=write,
)  # fmt: skip
async def end_sponsorship(
    sponsorship_id: PathSponsorshipId,
    body: wire.SponsorshipEndBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """End a sponsorship, with the reason; it stays on record.

    That is refused while the customer is to be told first (see relationship resets).
    """
    ended = await service.end(
        connection, caller, SponsorshipId(sponsorship_id), body.reason, on=body.on, version=version
    )
    tag(response, ended.row["version"])
    return _answer(ended)


def _answer(shown: Shown) -> dict[str, Any]:
    row, judged = shown.row, shown.judged
    own = {
        name: row[name]
        for name in (
            "id", "account_id", "account_name", "user_id", "user_name", "level", "cadence_days", "started_on",
            "ended_on", "end_reason", "version", "created_at", "updated_at",
        )
    }  # fmt: skip
    return {
        **own,
        "counterpart": None
        if row["contact_id"] is None
        else {
            "contact_id": row["counterpart_id"],
            "name": row["contact_name"],
            "title": row["contact_title"],
            "seniority": row["contact_seniority"],
            "active": bool(row["contact_active"]),
        },
        "charter": {name: row["charter"].get(name, [] if name == "responsibilities" else None) for name in CHARTER},
        "charter_complete": not judged.missing,
        "charter_missing": list(judged.missing),
        "activity": {name: getattr(judged.activity, name) for name in wire.SponsorActivity.model_fields},
        "seniority_gap": judged.seniority_gap,
        "sponsor_accounts": row["load"],
        "flags": list(judged.flags),
    }
