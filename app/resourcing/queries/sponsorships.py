"""SQL of sponsorships, of when the two met, and of which executives of a customer nobody is paired with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, contacts, users
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId, UserId
from app.resourcing.tables import sponsorships

own = sponsorships.c
_named = contacts.alias("named")  # a contact that was merged away; the one that stands for it is the counterpart


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Whether it is there now: nobody sponsors an account twice at a time."""
    added = await connection.scalar(
        insert(sponsorships)
        .values(**values)
        .on_conflict_do_nothing(
            index_elements=[own.tenant_id, own.account_id, own.user_id], index_where=own.ended_on.is_(None)
        )
        .returning(own.id)
    )
    return added is not None


async def change(
    connection: AsyncConnection, tenant_id: TenantId, sponsorship_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(sponsorships)
        .where(own.tenant_id == tenant_id, own.id == sponsorship_id)
        .values(**values, version=own.version + 1, updated_at=func.now())
    )


async def held(connection: AsyncConnection, tenant_id: TenantId, sponsorship_id: UUID) -> RowMapping | None:
    """The row, which nobody else changes until the transaction ends."""
    statement = (
        select(sponsorships)
        .where(own.tenant_id == tenant_id, own.id == sponsorship_id)
        .with_for_update(of=sponsorships)
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


def listed(
    tenant_id: TenantId,
    *,
    account_id: AccountId | None = None,
    user_id: UserId | None = None,
    current: bool | None = None,
    ids: Sequence[UUID] | None = None,
) -> Select[Any]:
    """Sponsorships with those whom they name and how many accounts the sponsor has: all, or those asked for."""
    others = sponsorships.alias("others")
    load = (
        select(func.count())
        .where(others.c.tenant_id == tenant_id, others.c.user_id == own.user_id, others.c.ended_on.is_(None))
        .correlate(sponsorships)
        .scalar_subquery()
    )
    statement = (
        select(
            sponsorships,
            accounts.c.name.label("account_name"),
            users.c.name.label("user_name"),
            users.c.active.label("user_active"),
            contacts.c.id.label("counterpart_id"),
            contacts.c.name.label("contact_name"),
            contacts.c.title.label("contact_title"),
            contacts.c.seniority.label("contact_seniority"),
            and_(contacts.c.active, contacts.c.removed_at.is_(None)).label("contact_active"),
            load.label("load"),
        )
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == own.account_id))
        .join(users, and_(users.c.tenant_id == tenant_id, users.c.id == own.user_id))
        .outerjoin(_named, and_(_named.c.tenant_id == tenant_id, _named.c.id == own.contact_id))
        .outerjoin(contacts, and_(contacts.c.tenant_id == tenant_id, contacts.c.id == _stands(_named.c)))
        .where(own.tenant_id == tenant_id)
    )
    if account_id is not None:
        statement = statement.where(own.account_id == account_id)
    if user_id is not None:
        statement = statement.where(own.user_id == user_id)
    if current is not None:
        statement = statement.where(own.ended_on.is_(None) if current else own.ended_on.is_not(None))
    return statement if ids is None else statement.where(among(own.id, ids))


def _stands(named: Any) -> ColumnElement[UUID]:
    return func.coalesce(named.merged_into_id, named.id)


async def meetings(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID], executives: Sequence[str]
) -> Sequence[RowMapping]:
    """The days, rising, on which the two of each sponsorship met.

    Counted are executive reviews, business reviews in which one of these executives took part, and meetings, business
    reviews, steering committees and workshops in which the counterpart did.
    """
    values = {"tenant_id": tenant_id, "ids": list(ids), "executives": list(executives)}
    return (await connection.execute(_MEETINGS, values)).mappings().all()


_TOOK_PART = "FROM engagement_contacts c WHERE c.tenant_id = :tenant_id AND c.engagement_id = e.id"
_COUNTERPART = (
    f"EXISTS (SELECT {_TOOK_PART} AND c.contact_id ="
    " (SELECT coalesce(n.merged_into_id, n.id) FROM contacts n WHERE n.tenant_id = :tenant_id AND n.id = s.contact_id))"
)
_EXECUTIVE = (
    f"EXISTS (SELECT {_TOOK_PART} AND c.contact_id IN (SELECT p.id FROM contacts p WHERE p.tenant_id = :tenant_id"
    " AND p.account_id = s.account_id AND p.seniority = ANY(CAST(:executives AS text[]))))"
)
_MEETINGS = text(
    "SELECT s.id, e.held_on FROM sponsorships s JOIN engagements e ON e.tenant_id = :tenant_id"
    "  AND e.account_id = s.account_id AND e.held_on >= s.started_on AND e.held_on <= coalesce(s.ended_on, 'infinity')"
    "  AND e.kind IN ('executive_review', 'qbr', 'meeting', 'steering_committee', 'workshop')"
    " WHERE s.tenant_id = :tenant_id AND s.id = ANY(CAST(:ids AS uuid[]))"
    f" AND (e.kind = 'executive_review' OR e.kind = 'qbr' AND {_EXECUTIVE} OR {_COUNTERPART})"
    " ORDER BY s.id, e.held_on"
)


async def is_contact_of(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, contact_id: UUID
) -> bool:
    """Whether somebody is a contact of the account, and still there."""
    statement = select(contacts.c.id).where(
        contacts.c.tenant_id == tenant_id,
        contacts.c.id == contact_id,
        contacts.c.account_id == account_id,
        contacts.c.removed_at.is_(None),
    )
    return await connection.scalar(statement) is not None


async def executives(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, seniorities: Sequence[str]
) -> Sequence[RowMapping]:
    """The active executives of a customer, each with who sponsors them now."""
    statement = (
        select(
            contacts.c.id.label("contact_id"),
            contacts.c.name,
            contacts.c.title,
            contacts.c.seniority,
            own.id.label("sponsorship_id"),
            own.user_id,
            own.level,
            users.c.name.label("user_name"),
        )
        .outerjoin(
            _named,
            and_(
                _named.c.tenant_id == tenant_id,
                or_(_named.c.id == contacts.c.id, _named.c.merged_into_id == contacts.c.id),
            ),
        )
        .outerjoin(
            sponsorships,
            and_(
                own.tenant_id == tenant_id,
                own.account_id == account_id,
                own.contact_id == _named.c.id,
                own.ended_on.is_(None),
            ),
        )
        .outerjoin(users, and_(users.c.tenant_id == tenant_id, users.c.id == own.user_id))
        .where(contacts.c.tenant_id == tenant_id, contacts.c.account_id == account_id)
    )
    there = and_(contacts.c.active, contacts.c.removed_at.is_(None), contacts.c.seniority.in_(seniorities))
    ordered = statement.where(there).order_by(contacts.c.name, contacts.c.id, own.started_on)
    return (await connection.execute(ordered)).mappings().all()


async def periods(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> Sequence[RowMapping]:
    """By account: when its first sponsorship began, and when the last was over (null while one lasts), on a day."""
    return (await connection.execute(_PERIODS, {"tenant_id": tenant_id, "as_of": as_of})).mappings().all()


_PERIODS = text(
    "SELECT account_id, min(started_on) AS started_on,"
    " CASE WHEN bool_and(coalesce(ended_on <= :as_of, false)) THEN max(ended_on) END AS ended_on"
    " FROM sponsorships WHERE tenant_id = :tenant_id AND started_on <= :as_of GROUP BY account_id ORDER BY account_id"
)
