"""The portfolio's hygiene and health: account by account, and summed up."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy.engine import Row, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.model import SIDES
from app.health.core.score import QUADRANTS, UNPLACED
from app.health.core.summary import Standing, summary
from app.health.queries import portfolio as queries
from app.health.service import models
from app.health.service.keeping import judged, today
from app.health.tables import account_health
from app.infra.db import Database
from app.infra.kept_texts import KeptTexts
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.scoring.core.arrays import Vector
from app.tenancy import service as tenancy

SORTS: Final = (
    *(f"{side}{figure}" for side in SIDES for figure in ("", "_delta", "_30", "_90", "_coverage")), "quadrant_since",
)  # fmt: skip
STANDINGS = Keyset(
    {**{name: account_health.c[name] for name in SORTS}, "name": queries.named.name},
    tiebreak=account_health.c.account_id,
    default="health",
)
_FIGURES = tuple(tuple(f"{side}{figure}" for figure in ("", "_low", "_high", "_coverage")) for side in SIDES)
_TRENDS = tuple(tuple(f"{side}_{days}" for days in (30, 90)) for side in SIDES)
_CODES = {name: code for code, name in enumerate(QUADRANTS)} | {None: UNPLACED}


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[Row[Any]]:
    """A page of where the accounts stand that were judged, the least healthy first."""
    rows = (await connection.execute(STANDINGS.page(queries.standings(tenant_id, wanted), asked))).all()
    return STANDINGS.cut(rows, asked, lambda row: row)


async def first_page_quickly(
    database: Database, texts: KeptTexts, tenant_id: TenantId, limit: int, write: Callable[[Sequence[Any]], bytes]
) -> Slice[bytes]:
    """The first page in the list's own order, each account as `write` has it: in one round trip where none is new.

    The database says of each account whether anything of it is new; what is not was written before.
    """
    rows = await queries.first_contents(database, tenant_id, limit)
    found = [texts.get(("health", tenant_id, row["account_id"], row["content"])) for row in rows[:limit]]
    if None in found:
        rows = await queries.first_standings(database, tenant_id, limit)
        found = [_text(texts, tenant_id, row, write) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    after = None if last is None else STANDINGS.after(PageRequest(limit), last["health"], last["account_id"])
    return Slice([text for text in found if text is not None], after)


def _text(texts: KeptTexts, tenant_id: TenantId, row: Any, write: Callable[[Sequence[Any]], bytes]) -> bytes:
    """What is written of an account's row, kept for the next time."""
    key = ("health", tenant_id, row["account_id"], row["content"])
    text = texts.get(key)
    if text is None:
        text = write(tuple(row.values()))
        texts.keep(key, text)
    return text


async def summed_up(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> dict[str, Any]:
    """The portfolio by what was kept of its accounts, or by what is known of them all as of a day."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    if as_of is None:
        standing, currency = await _by_what_was_kept(connection, tenant_id, day)
    else:
        standing, currency = await _as_of(connection, tenant_id, day)
    organization = await tenancy.organization(connection, tenant_id)
    return {"as_of": day, "currency": currency, "simulated": organization.simulated, **summary(standing)}


async def _by_what_was_kept(connection: AsyncConnection, tenant_id: TenantId, day: date) -> tuple[Standing, str]:
    rows = await queries.every_standing(connection, tenant_id)
    ids = [AccountId(row["account_id"]) for row in rows]
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=("revenue_ltm",), account_ids=ids)
    standing = Standing(
        figures=np.array([[_column(rows, name) for name in side] for side in _FIGURES]),
        quadrant=np.array([_CODES[row["quadrant"]] for row in rows], dtype=np.int8),
        provisional=np.array([row["provisional"] for row in rows], dtype=np.bool_),
        revenue=measured.values["revenue_ltm"],
        trends=np.array([[_column(rows, name) for name in side] for side in _TRENDS]),
    )
    return standing, measured.currency


def _column(rows: Sequence[RowMapping], name: str) -> Vector:
    return np.array([row[name] for row in rows], dtype=np.float64)  # None becomes NaN


async def _as_of(connection: AsyncConnection, tenant_id: TenantId, day: date) -> tuple[Standing, str]:
    version = await models.to_use(connection, tenant_id)
    keys = {*version.model.metrics, "revenue_ltm"}
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=keys)
    return await asyncio.to_thread(_judged_standing, version, measured), measured.currency


def _judged_standing(version: models.Version, measured: Measured) -> Standing:
    scores = judged(version.model, measured)
    unknown: npt.NDArray[np.float64] = np.full((2, 2, scores.count), np.nan)
    return Standing(scores.figures, scores.quadrant, scores.provisional, measured.values["revenue_ltm"], unknown)
