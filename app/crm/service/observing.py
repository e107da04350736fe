"""Values of metrics that a CRM's records hold become observations, dated by the record's last change."""

from collections.abc import Sequence
from datetime import UTC
from hashlib import blake2b
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import kinds
from app.crm.core.mapping import Mapped
from app.crm.core.verdicts import clamped
from app.crm.service import keeping
from app.crm.service.keeping import Item
from app.infra.records.kind import Moment
from app.kernel.ids import TenantId

_LONGEST: Final = 255  # of an external id


async def observe(
    db: AsyncConnection, tenant_id: TenantId, source: str, records: Sequence[tuple[Mapped, UUID]], moment: Moment
) -> None:
    """Keep what the records say of metrics, each with the account that it became; once a day and metric."""
    items = [
        _observation(source, record.external_id, account_id, (metric, value), _day(record, moment))
        for record, account_id in records
        for metric, value in record.metrics.items()
    ]
    if items:
        await keeping.keep(db, tenant_id, kinds.OBSERVATIONS, items, moment)


def _day(record: Mapped, moment: Moment) -> str:
    return (clamped(record.modified_at, moment.now) or moment.now).astimezone(UTC).date().isoformat()


def _observation(source: str, external_id: str, account_id: UUID, told: tuple[str, float], day: str) -> Item:
    metric, value = told
    identity = f"{external_id}/{metric}/{day}"
    if len(identity) > _LONGEST:
        identity = f"{blake2b(external_id.encode(), digest_size=16).hexdigest()}/{metric}/{day}"
    body = {
        "source": source,
        "external_id": identity,
        "account": str(account_id),
        "metric": metric,
        "value": float(value),
        "observed_on": day,
    }
    return Item(identity, keeping.given(kinds.OBSERVATIONS, body))
