"""Scores: of accounts that are sent, of one stored account, and how a stored one came to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.service import changing
from app.infra.db import Database
from app.infra.kept_texts import KeptTexts
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.infra.sharing import Together
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import AccountId, KeyId, ModelId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.scoring.core.inputs import read_inputs
from app.selection import queries
from app.selection.core import kept
from app.selection.core.alone import Alone, with_identity
from app.selection.core.answer import Answer, Context, answers
from app.selection.core.changes import Changes, changes
from app.selection.core.entries import entry_texts
from app.selection.core.score import score_portfolio
from app.selection.core.standing import standing
from app.selection.service import keeping, models, news
from app.selection.service.keeping import today
from app.selection.tables import scores as score_rows
from app.tenancy import service as tenancy

HISTORY = Keyset({"as_of": score_rows.c.as_of}, tiebreak=score_rows.c.id, default="-as_of")


class NotScored(NotFound):
    """The account has no score yet."""


class OneModel(Invalid):
    """Give either a model or the id of one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An account as a caller sends it: its own name for it, and what it knows."""

    ref: str | None
    inputs: Mapping[str, object]


def sent_model(document: Mapping[str, Any]) -> Alone:
    """The model that came with a request; its faults are named by where they stand in the request."""
    try:
        return models.alone_of(orjson.dumps(document))
    except Invalid as refusal:
        errors = [replace(problem, pointer=f"/model{problem.pointer}") for problem in refusal.errors]
        raise type(refusal)(refusal.detail, errors=errors) from None


def score_sent(alone: Alone, sent: Sequence[Sent], context: Context) -> list[Answer]:
    """Score what was sent, and keep nothing; the answers are for orjson alone."""
    if len(sent) == 1 and (codes := alone.read(sent[0].inputs)) is not None:
        context = replace(context, refs=[sent[0].ref])
        return [with_identity(alone.answer(codes, alone.utilities(codes)), context)]
    inputs = read_inputs([one.inputs for one in sent], alone.model.columns)
    scored = score_portfolio(alone.model, inputs.matrix)
    context = replace(context, refs=[one.ref for one in sent])
    return answers(scored, inputs, standing(scored.composite), context, entry_texts)


async def score_account(  # who asks for what, and as of when
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    *,
    as_of: date | None,
    model_id: ModelId | None,
    key_id: KeyId | None,
) -> "Shown":
    """Score one stored account and keep the score; percentiles and rank are among the whole portfolio."""
    day = day_asked(as_of, today(), pointer="/as_of")
    version = await models.to_use(connection, tenant_id, model_id)
    if await keeping.will_know_all(connection, tenant_id, day):
        await changing.one_taken(connection, tenant_id, account_id)
    (score_id,) = await keeping.score(connection, tenant_id, version, [account_id], day, key_id=key_id)
    await news.tell(connection, tenant_id)
    made = await queries.score_with(connection, tenant_id, score_id)
    assert made is not None
    changed_at = await changing.changed_at(connection, tenant_id, account_id)
    found = await _shown(connection, tenant_id, made, changed_at)
    if found.changed_at is not None:  # somebody who was asked before may have left an account without scores alone
        await changing.ask_unless_asked(connection, tenant_id)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A kept score's immutable text, and what holds beside it today."""

    answer: bytes
    account_name: str | None
    tier: str
    override: RowMapping | None
    changed_at: datetime | None  # since when facts have changed that the score does not know


async def shown(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Shown:
    """The account's newest score."""
    # Asked first: were the account scored in between, an old score would seem to know all.
    changed_at = await changing.changed_at(connection, tenant_id, account_id)
    row = await queries.score(connection, tenant_id, account_id)
    if row is None:
        raise NotScored(f"POST /v1/accounts/{account_id}/scores, or run the portfolio")
    return await _shown(connection, tenant_id, row, changed_at)


async def _shown(
    connection: AsyncConnection, tenant_id: TenantId, row: RowMapping, changed_at: datetime | None
) -> Shown:
    text, name = await _text(connection, tenant_id, row)
    override = await queries.override(connection, tenant_id, row["account_id"], today())
    return Shown(text, name, row["tier"], override, changed_at)


async def _text(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping) -> tuple[bytes, str | None]:
    """What a score says for ever, and what its account is called now."""
    (answer,) = await explained(connection, tenant_id, [row])
    name: str | None = answer.pop("account_name")
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z), name


# What names an account's newest score: looked up for all who ask at the same time.
Newest = Together[TenantId, AccountId, Mapping[str, Any]]


def newest(database: Database) -> Newest:
    """The newest scores in a database, for the life of the process; nothing of them is kept in it."""

    async def ask(tenant_id: TenantId, account_ids: Sequence[AccountId]) -> Mapping[AccountId, Mapping[str, Any]]:
        return await queries.newest_quickly(database, tenant_id, account_ids, today())

    return Together(ask)


async def shown_quickly(
    database: Database, newest_of: Newest, texts: KeptTexts, tenant_id: TenantId, account_id: AccountId
) -> Shown | None:
    """The same for a scored account without a manual tier, in one round trip once its text is known; else None."""
    found = await newest_of(tenant_id, account_id)
    if found is None or found["overridden"]:
        return None
    # A score never changes; what else its text tells of the organization (its own metrics, `simulated`) has a version.
    key = ("score", tenant_id, found["score_id"], found["organization_version"])
    text = texts.get(key)
    if text is None:
        async with database.transaction(tenant_id) as connection:
            row = await queries.score_with(connection, tenant_id, found["score_id"])
            if row is None:
                return None
            text, _ = await _text(connection, tenant_id, row)
        texts.keep(key, text)
    return Shown(text, found["account_name"], found["tier"], None, found["changed_at"])


async def explained(
    connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping]
) -> list[dict[str, Any]]:
    """The whole answers that kept scores tell of."""
    versions = {(row["model_id"], row["model_version"]) for row in rows}
    known = {
        (model_id, number): (await models.version(connection, tenant_id, model_id, number)).kept_alone
        for model_id, number in versions
    }
    organization = await tenancy.organization(connection, tenant_id)
    registry = metrics.registry_of(organization)
    names = await accounts.account_names(connection, tenant_id, [AccountId(row["account_id"]) for row in rows])
    return [
        {
            **kept.answer_from(known[row["model_id"], row["model_version"]], registry, dict(row)),
            "id": str(row["id"]),
            "account_name": names.get(AccountId(row["account_id"])),
            "scored_at": row["created_at"],
            "simulated": organization.simulated,
        }
        for row in rows
    ]


async def history(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[dict[str, Any]]:
    """A page of the account's scores, the newest day first."""
    rows = (await connection.execute(HISTORY.page(queries.scores_of_account(tenant_id, account_id), asked))).all()
    cut = HISTORY.cut(rows, asked, by_name)
    return Slice(await explained(connection, tenant_id, cut.data), cut.next_cursor)


async def changed(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, since: date
) -> tuple[RowMapping, RowMapping, Changes]:
    """The score as it was at `since` and as it is now, and what the difference is made of."""
    now = await queries.score(connection, tenant_id, account_id)
    before = await queries.score(connection, tenant_id, account_id, until=since)
    if now is None or before is None:
        raise NotScored(f"there is no score of {since} or earlier" if now else "the account was never scored")
    ends = [
        kept.kept((await models.version(connection, tenant_id, row["model_id"], row["model_version"])).model, dict(row))
        for row in (before, now)
    ]
    return before, now, changes(*ends)
