"""Evidence from the market for a model's criteria: noted with its source and date, and withdrawn, never rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import speaker
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem, Invalid, NotFound
from app.kernel.ids import ModelId, TenantId, UserId, new_id
from app.selection.queries import evidence as queries
from app.selection.service import models
from app.selection.service.keeping import today
from app.selection.tables import evidence_notes
from app.tenancy.core.caller import Caller

KEYSET = Keyset(
    {"dated_on": evidence_notes.c.dated_on, "created_at": evidence_notes.c.created_at},
    tiebreak=evidence_notes.c.id,
    default="-dated_on",
)


class EvidenceNotFound(NotFound):
    """No such evidence note."""


class UnusableEvidence(Invalid):
    """The evidence note cannot stand so."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was learnt of the market, where and when; `criteria` are the keys it speaks of, none for the whole model."""

    note: str
    source: str
    dated_on: date
    criteria: Sequence[str]
    user_id: UserId | None


async def add(connection: AsyncConnection, caller: Caller, model_id: ModelId, evidence: Evidence) -> RowMapping:
    """Note evidence for a model; its newest version says which criteria there are."""
    version = await models.newest(connection, caller.tenant_id, model_id)
    problems = _problems(evidence, {one.key for one in version.model.criteria})
    if problems:
        raise UnusableEvidence(problems[0].message, errors=problems)
    named = evidence.user_id or caller.user_id
    author = None if named is None else await speaker(connection, caller, evidence.user_id)
    return await queries.add(
        connection,
        {
            "tenant_id": caller.tenant_id,
            "id": new_id(),
            "model_id": model_id,
            "model_version": version.number,
            "note": evidence.note,
            "source": evidence.source,
            "dated_on": evidence.dated_on,
            "criteria": list(dict.fromkeys(evidence.criteria)),
            "user_id": author.id if author else None,
            "key_id": caller.key_id,
        },
    )


def _problems(evidence: Evidence, keys: set[str]) -> list[FieldProblem]:
    problems = [
        FieldProblem(f"/criteria/{at}", "unknown_criterion", "is no criterion of the model's newest version")
        for at, key in enumerate(evidence.criteria)
        if key not in keys
    ]
    if evidence.dated_on > today():
        problems.append(FieldProblem("/dated_on", "in_the_future", "must not lie after today"))
    return problems


async def page(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of a model's notes, the newest first, withdrawn ones included."""
    await models.newest(connection, tenant_id, model_id)
    rows = (await connection.execute(KEYSET.page(queries.of_model(tenant_id, model_id), asked))).all()
    return KEYSET.cut(rows, asked, by_name)


async def withdraw(connection: AsyncConnection, tenant_id: TenantId, note_id: UUID) -> RowMapping:
    """Let a note no longer count; it stays on record, and so does what was published by it."""
    row = await queries.withdraw(connection, tenant_id, note_id)
    if row is None:
        raise EvidenceNotFound(str(note_id))
    return row
