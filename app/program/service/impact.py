"""What came with executive sponsorship, over all accounts that were ever sponsored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.threads import in_daemon_thread
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.families.reading import EPOCH
from app.program.core.impact import Impact, Span, impacts, span
from app.program.queries import impact as queries
from app.resourcing.service import sponsorships
from app.resourcing.service.sponsorships import Sponsored
from app.selection.service.tiers import tiers

WINDOW_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Told:
    """The impact of sponsorship as of a day; sponsored: accounts with a window; compared: accounts held beside them."""

    as_of: date
    window_days: int
    currency: str
    sponsored: int
    too_recent: int
    compared: int
    impacts: Sequence[Impact]


async def impact(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None, window_days: int) -> Told:
    """How win rate, cycle, satisfaction and revenue changed with sponsorship, as far as it is known on a day."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    sponsored = await sponsorships.sponsored(connection, tenant_id, day)
    tier_of = {one: found.tier for one, found in (await tiers(connection, tenant_id, day)).items()}
    spans, ids, too_recent = _spans(sponsored, tier_of, day, window_days)
    first = min((2 * one.since - one.until for one in spans), default=_number(day))
    reading = await metrics.reading_of(connection, tenant_id, day, ids)
    reach = max(reading.rates_reach_days, _number(day) - first + 1)
    history = await queries.history(replace(reading, rates_reach_days=reach), first)

    found = await in_daemon_thread(impacts, history, spans)

    compared = int(np.any([one.comparable for one in spans], axis=0).sum()) if spans else 0
    return Told(day, window_days, reading.currency, len(spans), too_recent, compared, found)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _spans(
    sponsored: Mapping[AccountId, Sponsored], tier_of: Mapping[AccountId, str], day: date, window_days: int
) -> tuple[list[Span], list[AccountId], int]:
    """The windows, the accounts that they are about, and how many sponsorships are too young for one.

    Those without a tier are like nobody.
    """
    wanted = {tier_of[one] for one in sponsored if one in tier_of}
    alike = [one for one, tier in tier_of.items() if one not in sponsored and tier in wanted]
    ids = sorted([*sponsored, *alike])
    tier = np.array([tier_of.get(one, "") for one in ids], dtype=np.str_)
    unsponsored = np.array([one not in sponsored for one in ids], dtype=np.bool_)
    spans = []
    for row, one in enumerate(ids):
        if one in sponsored:
            known = sponsored[one]
            comparable = unsponsored & (tier == tier[row]) & (tier[row] != "")
            until = _number(known.until or day)
            spans.append(span(row, _number(known.since), until, comparable, longest=window_days))
    kept = [one for one in spans if one is not None]
    return kept, ids, len(spans) - len(kept)
