"""Scores: of accounts that are sent, of one stored account, and how a stored one came to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import orjson
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.infra.db import Database
from app.infra.kept_texts import KeptTexts
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel import copy_text
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import AccountId, KeyId, ModelId, TenantId, new_id
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.scoring.core.inputs import inputs_from_columns, read_inputs
from app.scoring.core.value_functions import Percentile
from app.selection import queries
from app.selection.core import kept
from app.selection.core.alone import Alone, with_identity
from app.selection.core.answer import Answer, Context, answers
from app.selection.core.changes import Changes, changes
from app.selection.core.entries import entry_texts
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, score_portfolio
from app.selection.core.standing import Standing, standing
from app.selection.service import models
from app.selection.service.models import Version
from app.selection.tables import scores as score_rows
from app.tenancy import service as tenancy

IDENTITY = ("tenant_id", "id", "account_id", "run_id", "model_id", "model_version", "as_of", "key_id")
PREVIOUS = ("previous_composite", "previous_tier", "previous_as_of")
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


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


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
    model = version.model
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=model.metrics, account_ids=[account_id])
    peers = await _peers(connection, tenant_id, model, account_id, day)
    others = await _others(connection, tenant_id, version, account_id, day)
    before = await queries.latest_before(connection, tenant_id, [account_id], day)

    inputs = inputs_from_columns(measured.values, model.columns, 1)
    scored = _among(model, inputs.matrix, peers)
    ranks = _ranked(scored, others)
    (columns,) = kept.kept_columns(scored, inputs, ranks, measured)

    score_id = new_id()
    identity = (tenant_id, score_id, account_id, None, version.model_id, version.number, day, key_id)
    line = copy_text.line((*map(copy_text.field, identity), *columns, *previous_of(before.get(account_id))))
    await queries.add_scores(connection, (*IDENTITY, *kept.COLUMNS, *PREVIOUS), [line])
    made = await queries.score_with(connection, tenant_id, score_id)
    assert made is not None
    return await _shown(connection, tenant_id, made)


async def _peers(
    connection: AsyncConnection, tenant_id: TenantId, model: SelectionModel, account_id: AccountId, as_of: date
) -> Mapping[str, Any]:
    """The values of the others' metrics that the model judges by percentile."""
    keys = {one.metric for one in model.criteria if isinstance(one.value_function, Percentile)}
    if not keys:
        return {}
    measured = await metrics.measured(connection, tenant_id, as_of=as_of, keys=keys)
    others = np.array([other != account_id for other in measured.account_ids], dtype=np.bool_)
    return {key: values[others] for key, values in measured.values.items()}


async def _others(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, account_id: AccountId, as_of: date
) -> Sequence[float | None]:
    run_id = await queries.newest_run(connection, tenant_id, version.model_id, version.number, as_of)
    return [] if run_id is None else await queries.others(connection, tenant_id, run_id, account_id)


def _among(model: SelectionModel, matrix: Any, peers: Mapping[str, Any]) -> Scores:
    """The account's scores, its percentiles found among the peers; of those nothing else is known, nor needed."""
    count = max((len(values) for values in peers.values()), default=0)
    whole = np.full((count + 1, matrix.shape[1]), np.nan)
    whole[0] = matrix[0]
    for at, column in enumerate(model.columns):
        if column.metric in peers:
            whole[1:, at] = peers[column.metric]
    return score_portfolio(model, whole).of(np.array([0]))


def _ranked(scored: Scores, others: Sequence[float | None]) -> Standing:
    composites = np.array([scored.composite[0], *others], dtype=np.float64)
    return standing(composites).of(np.array([0]))


def previous_of(before: RowMapping | None) -> tuple[str, str, str]:
    """The score before, as it is kept with the next one."""
    if before is None:
        return copy_text.NULL, copy_text.NULL, copy_text.NULL
    return copy_text.field(before["composite"]), copy_text.field(before["tier"]), copy_text.field(before["as_of"])


@dataclass(frozen=True, slots=True)
class Shown:
    """A kept score's immutable text, and what holds beside it today."""

    answer: bytes
    account_name: str | None
    tier: str
    override: RowMapping | None


async def shown(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Shown:
    """The account's newest score."""
    row = await queries.score(connection, tenant_id, account_id)
    if row is None:
        raise NotScored(f"POST /v1/accounts/{account_id}/scores, or run the portfolio")
    return await _shown(connection, tenant_id, row)


async def _shown(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping) -> Shown:
    text, name = await _text(connection, tenant_id, row)
    override = await queries.override(connection, tenant_id, row["account_id"], today())
    return Shown(text, name, row["tier"], override)


async def _text(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping) -> tuple[bytes, str | None]:
    """What a score says for ever, and what its account is called now."""
    (answer,) = await explained(connection, tenant_id, [row])
    name: str | None = answer.pop("account_name")
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z), name


async def shown_quickly(
    database: Database, texts: KeptTexts, tenant_id: TenantId, account_id: AccountId
) -> Shown | None:
    """The same for a scored account without a manual tier, in one round trip once its text is known; else None."""
    found = await queries.newest_quickly(database, tenant_id, account_id, today())
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
    return Shown(text, found["account_name"], found["tier"], None)


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
    cut = HISTORY.cut(rows, asked, lambda row: row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
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
