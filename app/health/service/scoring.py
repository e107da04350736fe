"""One account's hygiene and health: the newest that was kept, as of another day, and day by day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.service import changing
from app.health.core.answer import Before, Facts, account_answer
from app.health.core.kept import kept_scores, values_of
from app.health.core.model import SIDES, Side
from app.health.core.score import Scores, quadrant_names
from app.health.queries import scores as queries
from app.health.service import models
from app.health.service.keeping import judged, today
from app.health.service.models import Version
from app.health.tables import health_scores
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, ModelId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.scoring.core.arrays import Vector
from app.tenancy import service as tenancy

HISTORY = Keyset({"as_of": health_scores.c.as_of}, tiebreak=health_scores.c.account_id, default="-as_of")


async def account_health(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> dict[str, Any]:
    """Where the account stands, explained: as it was kept last, or as of a day, which is computed and not kept.

    An account of which nothing was kept yet is judged as of today.
    """
    day = day_asked(as_of, today(), pointer="/query/as_of")
    # Asked first: were the account judged in between, old figures would seem to know all.
    changed_at = await changing.changed_at(connection, tenant_id, account_id) if as_of is None else None
    row = await queries.newest(connection, tenant_id, account_id) if as_of is None else None
    if row is None:
        return await _computed(connection, tenant_id, account_id, day)
    version = await models.version(connection, tenant_id, ModelId(row["model_id"]), row["model_version"])
    scores, values = kept_scores(version.model, [dict(row)])
    answer = await _answer(connection, tenant_id, account_id, row["as_of"], version, scores, values[0], _facts_of(row))
    stale = changed_at is not None or not version.in_use
    return {**answer, "kept": True, "stale": stale, "changed_at": changed_at}


async def _computed(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date
) -> dict[str, Any]:
    version = await models.to_use(connection, tenant_id)
    measured = await metrics.measured(
        connection, tenant_id, as_of=day, keys=version.model.metrics, account_ids=[account_id]
    )
    scores, values = judged(version.model, measured), values_of(version.model, measured)
    facts = _facts(version, measured)
    answer = await _answer(connection, tenant_id, account_id, day, version, scores, values[0], facts)
    return {**answer, "kept": False, "stale": False, "changed_at": None}


async def _answer(  # noqa: PLR0913, PLR0917  # what was found, whose it is, and by what
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    day: date,
    version: Version,
    scores: Scores,
    values: Vector,
    facts: Facts,
) -> dict[str, Any]:
    organization = await tenancy.organization(connection, tenant_id)
    quadrant = quadrant_names(scores.quadrant)[0]
    past = await queries.past(connection, tenant_id, account_id, day, quadrant)
    names = await accounts.account_names(connection, tenant_id, [account_id])
    registry = metrics.registry_of(organization)
    return {
        "account_id": account_id,
        "account_name": names.get(account_id),
        "as_of": day,
        "model_id": version.model_id,
        "model_version": version.number,
        **account_answer(scores, values, facts, registry, _before(past)),
        "quadrant_since": past["quadrant_since"],
        "previous_on": past["previous_on"],
        "simulated": organization.simulated,
    }


def _before(past: RowMapping) -> Mapping[Side, Before]:
    return {side: Before(*(past[f"{side}_{name}"] for name in ("previous", "past_30", "past_90"))) for side in SIDES}


def _facts_of(row: RowMapping) -> Facts:
    return Facts(row["fact_counts"], row["facts_on"])


def _facts(version: Version, measured: Measured) -> Facts:
    keys = [indicator.metric for indicator in version.model.indicators]
    return Facts([int(measured.facts[key][0]) for key in keys], [measured.latest_on(key, 0) for key in keys])


async def history(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    asked: PageRequest,
    within: tuple[date | None, date | None],
) -> Slice[RowMapping]:
    """A page of the days on which the account was judged, the newest first, with those of accounts merged into it."""
    statement = queries.days_of(tenant_id, account_id, *within)
    rows = (await connection.execute(HISTORY.page(statement, asked))).all()
    return HISTORY.cut(rows, asked, by_name)
