"""Decides which changes a sweep found that no webhook had told of."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.queries import syncs as queries
from app.crm.queries.hints import Place
from app.crm.service.applying import CHANGING, Came

EXAMPLES: Final = 100
# A webhook is missed when it has not come after so long; and it tells of changes a little before they are stamped.
_LATE: Final = timedelta(minutes=2)
_EARLY_SECONDS: Final = 5.0


async def missed(
    db: AsyncConnection, place: Place, came: Mapping[str, Came], began_at: datetime
) -> list[dict[str, Any]]:
    """The records that came to something new by a sweep that began then, and of which no event tells."""
    changed = {
        external_id: one.modified_at or began_at - _LATE
        for external_id, one in came.items()
        if one.result in CHANGING and (one.modified_at is None or one.modified_at <= began_at - _LATE)
    }
    heard = await queries.heard_of(db, place, changed, early=_EARLY_SECONDS)
    return [
        {
            "object": place.object,
            "external_id": external_id,
            "change": came[external_id].result,
            "modified_at": None if (at := came[external_id].modified_at) is None else at.isoformat(),
        }
        for external_id in changed
        if external_id not in heard
    ]
