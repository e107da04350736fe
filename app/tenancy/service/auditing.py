"""The audit log: who changed what, appended in the transaction of the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra import request_ids
from app.infra.paging import PageRequest, Slice
from app.kernel.ids import JobId, KeyId, TenantId, new_id
from app.tenancy.core.audit import EPOCH, About, Actor, as_id, kept
from app.tenancy.queries import audit as queries
from app.tenancy.queries.audit import AuditFilter

__all__ = ["AuditFilter", "Call", "by_command_line", "by_job", "by_turn", "note", "page"]

NOTHING = About()
ONLY_READS = "25006"
SHOWN = (
    "id", "created_at", "operation", "method", "path", "status", "subject_id", "account_id", "said", "request_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """The request by which something was changed, and how it was answered."""

    method: str
    path: str
    status: int


async def note(
    connection: AsyncConnection,
    tenant_id: TenantId,
    actor: Actor,
    operation: str,
    what: tuple[About, object],
    call: Call | None = None,
) -> None:
    """Append what was done, if the open transaction has written or locked anything; if it has not, nothing is kept.

    what: what it was about, and what was said. Of what a guest says nothing is kept: before the sides have shown each
    other what they wrote, ours could read it here.
    """
    subject, said = what
    values = {
        **_identity(tenant_id),
        "actor_kind": actor.kind,
        "key_id": actor.key_id,
        "actor_id": actor.actor_id,
        "operation": operation,
        "method": call and call.method,
        "path": call and call.path,
        "status": call and call.status,
        "subject_id": subject.subject_id,
        "account_id": subject.account_id,
        "said": None if actor.kind == "guest" else kept(said),
        "request_id": request_ids.current().request_id or None,
    }
    try:
        await queries.note(connection, values)
    except DBAPIError as error:
        # A database that only reads was not changed, and whoever only asked it something is still to be answered.
        if getattr(error.orig, "sqlstate", None) != ONLY_READS:
            raise


def _identity(tenant_id: TenantId) -> dict[str, Any]:
    """An id, and the instant within it: what lies between two instants lies between two ids."""
    made = new_id()
    at = EPOCH + timedelta(milliseconds=made.int >> 80)
    return {"tenant_id": tenant_id, "id": made, "created_at": at}


async def by_job(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: str,
    payload: Mapping[str, Any],
    *,
    job_id: JobId,
    key_id: KeyId | None,
) -> None:
    """Append that the worker has done a job; key_id: the key that asked for it, where one did."""
    what = About(job_id, as_id(payload.get("account_id")))
    await note(connection, tenant_id, Actor("worker", key_id), kind, (what, payload))


async def by_turn(connection: AsyncConnection, tenant_id: TenantId, operation: str, came_to: Mapping[str, int]) -> None:
    """Append what the worker did unasked, by the figures that it came to; a turn that came to nothing is not kept."""
    if any(came_to.values()):
        await note(connection, tenant_id, Actor("worker"), operation, (NOTHING, came_to))


async def by_command_line(
    connection: AsyncConnection, tenant_id: TenantId, operation: str, said: object, *, about: About = NOTHING
) -> None:
    """Append what was done by a command."""
    await note(connection, tenant_id, Actor("command_line"), operation, (about, said))


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: AuditFilter
) -> Slice[Mapping[str, Any]]:
    """A page of the log, the newest first."""
    return await queries.page(connection, tenant_id, asked, wanted, _shown)


def _shown(row: RowMapping) -> Mapping[str, Any]:
    key, guest = row["actor_kind"] == "key", row["actor_kind"] == "guest"
    actor = {
        "kind": row["actor_kind"],
        "key_id": row["key_id"],
        "key_name": row["key_name"],
        "user_id": row["actor_id"] if key else None,
        "user_name": row["user_name"],
        "invitation_id": row["actor_id"] if guest else None,
        "invitation_name": row["invitation_name"],
    }
    return {**{name: row[name] for name in SHOWN}, "actor": actor}
