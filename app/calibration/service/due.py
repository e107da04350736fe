"""Which calibrations in force are due to be done anew: by time, or by what has changed since."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.states import STEPS
from app.calibration.queries import due as queries
from app.calibration.queries.due import TRIGGERS, DueTrigger
from app.calibration.service.calibrations import today
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.ids import TenantId

__all__ = ["MISSED_FROM", "MONTHS", "Due", "DueTrigger", "page"]

MONTHS: Final = 12
MISSED_FROM: Final = 2


@dataclass(frozen=True, slots=True)
class Due:
    """A calibration in force that is due to be done anew, and why."""

    row: RowMapping
    triggers: list[DueTrigger]


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, trigger: DueTrigger | None
) -> Slice[Due]:
    """A page of what is due for any reason, or for one, the longest in force first."""
    found = queries.due(tenant_id, today(), months=MONTHS, missed_from=MISSED_FROM, steps=STEPS)
    columns = {name: found.c[name] for name in ("due_on", "account_name")}
    keyset = Keyset(columns, tiebreak=found.c.id, default="due_on")
    rows = (await connection.execute(keyset.page(queries.of(found, trigger), asked))).all()
    return keyset.cut(rows, asked, _due)


def _due(row: Row[tuple[object, ...]]) -> Due:
    values = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for it
    return Due(values, [name for name in TRIGGERS if values[name]])
