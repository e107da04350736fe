"""The litmus test of a version: by its weights, its feedback round, its backtest and the evidence noted for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.metrics import service as metrics
from app.selection.core.evidence_warnings import EvidenceWarning, evidence_warnings, potential_first
from app.selection.core.litmus import FRESH_DAYS, Litmus, Round, litmus, scores_alike, stands
from app.selection.core.litmus_documents import litmus_document
from app.selection.core.weight_shares import Weighed, weight_shares
from app.selection.queries import evidence as queries
from app.selection.service import analyses, feedback
from app.selection.service.keeping import today
from app.selection.service.models import Version
from app.tenancy import service as tenancy


@dataclass(frozen=True, slots=True)
class Backtest:
    """A backtest of the model as it is, and the rank correlation of its composite with growth."""

    id: UUID
    rho: float | None


@dataclass(frozen=True, slots=True)
class Tested:
    """A version's test, and what it rests on."""

    version: Version
    litmus: Litmus
    weighed: Sequence[Weighed]
    warnings: Sequence[EvidenceWarning]
    potential_first: bool
    feedback_round_id: UUID | None
    backtest_id: UUID | None
    evidence_note_ids: Sequence[UUID]

    @property
    def document(self) -> dict[str, Any]:
        """The verdicts with their figures, and the ids of what they rest on: plain JSON."""
        return {
            **litmus_document(self.litmus),
            "rests_on": {
                "feedback_round_id": _text(self.feedback_round_id),
                "backtest_id": _text(self.backtest_id),
                "evidence_note_ids": [str(each) for each in self.evidence_note_ids],
            },
        }


def _text(identity: UUID | None) -> str | None:
    return None if identity is None else str(identity)


async def tested(connection: AsyncConnection, tenant_id: TenantId, version: Version) -> Tested:
    """The litmus test of a version as things stand now."""
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    weighed = weight_shares(version.model, registry)
    closed = await feedback.newest_closed(
        connection, tenant_id, version.model_id, frozenset(one.key for one in version.model.criteria)
    )
    backtest = await _backtest(connection, tenant_id, version)
    note_ids = await _evidence(connection, tenant_id, version, weighed)

    agreed = None if closed is None else Round(closed.functions, closed.kendalls_w, closed.open_blocking)
    found = litmus(weighed, agreed, backtest.rho if backtest else None, len(note_ids))
    return Tested(
        version,
        found,
        weighed,
        evidence_warnings(weighed),
        potential_first(weighed),
        feedback_round_id=closed.id if closed else None,
        backtest_id=backtest.id if backtest else None,
        evidence_note_ids=note_ids,
    )


async def _backtest(connection: AsyncConnection, tenant_id: TenantId, version: Version) -> Backtest | None:
    """The newest backtest of the version that had data enough and scored as the version does by now."""
    found = await analyses.newest_results(connection, tenant_id, "backtest", version.model_id, version.number)
    for analysis in found:
        result = analysis.result or {}
        if result["status"] == "ok" and scores_alike(analysis.model, version.model):
            return Backtest(analysis.id, result["composite"]["spearman"]["rho"])
    return None


async def _evidence(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, weighed: Sequence[Weighed]
) -> list[UUID]:
    day = today()
    since = day - timedelta(days=FRESH_DAYS)
    rows = await queries.not_withdrawn(connection, tenant_id, version.model_id, since)
    return [row["id"] for row in rows if stands(row["dated_on"], row["criteria"], weighed, day)]
