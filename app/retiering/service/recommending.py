"""Recommends what to do about an account's tier, by all that is known of it on a day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, ModelId, TenantId
from app.kernel.periods import day_asked
from app.retiering.core.evidence import Appraised, Evidence, Scored
from app.retiering.core.recommendation import Recommendation, recommend
from app.retiering.core.recommendation_documents import document
from app.retiering.core.tier_rules import rules_of, scores_of
from app.retiering.queries import recommending as queries
from app.retiering.service.finding import findings
from app.selection.service import models
from app.selection.service.newest_scores import newest_scores
from app.selection.service.tiers import tiers


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommendation with what it rests on."""

    recommendation: Recommendation
    evidence: Evidence

    @property
    def document(self) -> dict[str, Any]:
        return document(self.recommendation, self.evidence)


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def recommendation(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> Recommended:
    """What the rules recommend for the account as of a day; nothing is kept."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    evidence = await evidence_of(connection, tenant_id, account_id, day)
    return Recommended(recommend(evidence), evidence)


async def evidence_of(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> Evidence:
    """All that is known of the account on a day; how many statements it takes does not depend on how much that is."""
    row = await queries.score(connection, tenant_id, account_id, day)
    version = await _version(connection, tenant_id, row)
    tiered = (await tiers(connection, tenant_id, day, [account_id])).get(account_id)
    appraisal = await queries.appraisal(connection, tenant_id, account_id, day)
    found = await findings(connection, tenant_id, [account_id], day)
    return Evidence(
        tier=None if tiered is None else tiered.tier,
        tier_names=version.model.tier_names,
        scored=None if row is None else await _scored(connection, tenant_id, account_id, day, row, version),
        findings=found[account_id],
        appraised=None if appraisal is None else Appraised(appraisal["id"], appraisal["state"], appraisal["diagnosis"]),
    )


async def _version(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping | None) -> models.Version:
    """The model that the score was made by, else the one in use."""
    if row is None:
        return await models.to_use(connection, tenant_id, None)
    return await models.version(connection, tenant_id, ModelId(row["model_id"]), row["model_version"])


async def _scored(  # whose score, as of when, and by which model
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    day: date,
    row: RowMapping,
    version: models.Version,
) -> Scored:
    (newest,) = await newest_scores(connection, tenant_id, day, [account_id])
    return Scored(
        scored_on=row["as_of"],
        composite=row["composite"],
        scores=scores_of(version.model, row, row["utilities"]),
        rules=rules_of(version.model),
        tier=row["tier"],
        provisional=row["provisional"],
        ineligible=newest.ineligible,
        before_90=row["before_90"],
        model_id=row["model_id"],
        model_version=row["model_version"],
    )
