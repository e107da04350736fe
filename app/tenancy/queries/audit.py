"""SQL of the audit log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, column, func, insert, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import TenantId
from app.tenancy.core.audit import EPOCH
from app.tenancy.tables import api_keys, audit_log

T = TypeVar("T")
# As a foreign key would name them: their capabilities stand above this one.
users = table("users", column("tenant_id", Uuid), column("id", Uuid), column("name"))
invitations = table("calibration_invitations", column("tenant_id", Uuid), column("id", Uuid), column("name"))

_WRITTEN = [each for each in audit_log.columns if each.name not in {"version", "updated_at"}]
# PostgreSQL gives a transaction its number when it first writes or locks a row: one without has changed nothing. So
# one statement decides and appends, and no list says which requests change something.
_NOTE = insert(audit_log).from_select(
    _WRITTEN,
    select(
        *(
            bindparam(each.name, type_=JSONB(none_as_null=True) if each.name == "said" else each.type)
            for each in _WRITTEN
        )
    ).where(func.pg_current_xact_id_if_assigned().isnot(None)),
    include_defaults=False,
)

# Ids are made in the order of time: the log is sorted by them, and the primary key serves its pages.
LOG = Keyset({"created_at": audit_log.c.id}, tiebreak=audit_log.c.id, default="-created_at")


async def note(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Append a row, if the open transaction has written or locked anything."""
    await connection.execute(_NOTE, values)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows are wanted. since: from that instant on; until: before that one; both to the millisecond."""

    key_id: UUID | None = None
    operation: str | None = None
    subject_id: UUID | None = None
    account_id: UUID | None = None
    actor_kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    asked: PageRequest,
    wanted: AuditFilter,
    shown: Callable[[RowMapping], T],
) -> Slice[T]:
    """A page of the log, with the names of who is named in it, as they are called by now."""
    statement = LOG.page(_named(tenant_id).where(*_fits(wanted)), asked)
    return LOG.cut((await connection.execute(statement)).all(), asked, lambda row: shown(by_name(row)))


def _named(tenant_id: TenantId) -> Select[Any]:
    log = audit_log.c
    key = and_(api_keys.c.tenant_id == log.tenant_id, api_keys.c.id == log.key_id)
    user = and_(users.c.tenant_id == log.tenant_id, users.c.id == log.actor_id, log.actor_kind == "key")
    guest = and_(invitations.c.tenant_id == log.tenant_id, invitations.c.id == log.actor_id, log.actor_kind == "guest")
    names = (
        api_keys.c.name.label("key_name"),
        users.c.name.label("user_name"),
        invitations.c.name.label("invitation_name"),
    )
    found = audit_log.outerjoin(api_keys, key).outerjoin(users, user).outerjoin(invitations, guest)
    return select(*_WRITTEN, *names).select_from(found).where(log.tenant_id == tenant_id)


def _fits(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    log = audit_log.c
    named = ("key_id", "operation", "subject_id", "account_id", "actor_kind")
    same = [log[name] == value for name in named if (value := getattr(wanted, name)) is not None]
    since = [] if wanted.since is None else [log.id >= _first_id(wanted.since)]
    return [*same, *since, *([] if wanted.until is None else [log.id < _first_id(wanted.until)])]


def _first_id(instant: datetime) -> UUID:
    """The smallest id that can have been made at the instant or later: a UUIDv7 is led by its milliseconds."""
    microseconds = (instant - EPOCH) // timedelta(microseconds=1)
    return UUID(int=-(-microseconds // 1000) << 80 | 7 << 76 | 2 << 62)
