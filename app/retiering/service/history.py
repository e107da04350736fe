"""Brings in appraisals, decisions, resets and ways back as they came to be before they were kept here, untold.

Nothing is announced, since none of it is news, and nobody moves by it: where accounts stood, and what they were given,
is brought in as such.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, KeyId, TenantId, new_id
from app.retiering.core.evidence import Evidence
from app.retiering.core.findings import Findings, Use, kept
from app.retiering.core.recommendation import LESS, recommend
from app.retiering.core.recommendation_documents import document
from app.retiering.queries import history as queries
from app.retiering.service.finding import findings
from app.retiering.service.recommending import evidence_of

Body = Mapping[str, Any]


async def keep_past(
    connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, bodies: Mapping[str, Sequence[Body]]
) -> None:
    """Keep bodies by table; they name their fields as the rows do, and a body without id gets one.

    What was found and recommended then is not known before `recall` works it out.
    """
    rows = {
        name: [_identified(queries.TABLES[name], body, tenant_id, key_id) for body in given]
        for name, given in bodies.items()
    }
    for row in rows.get("appraisals", ()):
        row["findings"] = _found(_nothing(row["opened_on"]))
    for row in rows.get("retierings", ()):
        evidence = Evidence(row["from_tier"], (), None, _nothing(row["proposed_on"]))
        row["recommendation"] = document(recommend(evidence), evidence)
    await queries.add_all(connection, rows)


def _identified(table: Table, body: Body, tenant_id: TenantId, key_id: KeyId) -> dict[str, Any]:
    known = {"tenant_id": tenant_id, "id": new_id(), "key_id": key_id}
    return {**{name: value for name, value in known.items() if name in table.columns}, **body}


def _nothing(on: str) -> Findings:
    return Findings(date.fromisoformat(on), (), Use(None, None), None)


def _found(found: Findings) -> dict[str, Any]:
    return kept(found, {"signs": [], "reason": None})


async def recall(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Work out what every appraisal found on its day, and what the rules recommended on the day of every retiering.

    For who has brought in a past and scored it: each is worked out from what was known on that day, so that whoever
    was kept although the rules would not have let go was not kept against them.
    """
    appraised: dict[date, dict[AccountId, UUID]] = defaultdict(dict)
    for row in await queries.appraised(connection, tenant_id):
        appraised[row["opened_on"]][AccountId(row["account_id"])] = row["id"]
    for day, appraisals in appraised.items():
        for account_id, found in (await findings(connection, tenant_id, [*appraisals], day)).items():
            await queries.change(
                connection, tenant_id, "appraisals", appraisals[account_id], {"findings": _found(found)}
            )
    for row in await queries.judged(connection, tenant_id):
        await queries.change(
            connection, tenant_id, "retierings", row["id"], await _recommended(connection, tenant_id, row)
        )


async def _recommended(connection: AsyncConnection, tenant_id: TenantId, row: Mapping[Any, Any]) -> dict[str, Any]:
    evidence = await evidence_of(connection, tenant_id, AccountId(row["account_id"]), row["proposed_on"])
    found = recommend(evidence)
    reason: str | None = row["keeping_reason"]
    return {
        "recommended": found.decision,
        "recommended_tier": found.tier,
        "recommendation": document(found, evidence),
        "keeping_reason": reason if found.decision in LESS else None,
    }
