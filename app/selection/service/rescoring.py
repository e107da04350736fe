"""Scores what has changed: the few accounts, or the whole portfolio where that is many of it.

Facts and scores are never in one transaction: who changes facts marks the accounts, and this takes the marks away
before it reads the facts, in the transaction in which the new scores are kept. So a score that is there knows all facts
of the marks that are gone, and what is marked after that is scored next time. See `mark_changed` in the migrations for
why nothing is left between two times.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import changing
from app.infra.db import Database
from app.kernel.ids import AccountId, TenantId
from app.selection.queries import rescoring as queries
from app.selection.service import keeping, models, news, portfolio
from app.selection.service.keeping import today

# From this share of the portfolio on, a run of all of it costs little more, and ranks everybody anew.
MANY: Final = 5  # a fifth
TURNS: Final = 20
# What is judged beside scores, in their transaction: of these accounts, or of all.
Beside = Callable[[AsyncConnection, TenantId, Sequence[AccountId] | None], Awaitable[None]]


async def rescore(
    database: Database, tenant_id: TenantId, *, whole: bool, again: bool, beside: Beside | None = None
) -> None:
    """Score all that has changed so far, and see to it that what is changing now will be.

    whole: the whole portfolio, also where nothing was ever scored. again: it was tried before, and may have got as far
    as new scores that nobody was told of.
    """
    if whole:
        async with database.transaction(tenant_id) as connection:
            await _run(connection, tenant_id, beside)
    done = 0
    for _ in range(TURNS):
        async with database.transaction(tenant_id) as connection:
            scored = await _turn(connection, tenant_id, beside)
        done += scored
        if scored < changing.TAKEN_AT_ONCE:  # what comes now is worth a turn only when there is more of it
            break
    async with database.transaction(tenant_id) as connection:
        if done or again:
            await news.tell(connection, tenant_id)
        await go_on(connection, tenant_id)


async def _turn(connection: AsyncConnection, tenant_id: TenantId, beside: Beside | None) -> int:
    """Score some of what is marked; how many accounts that was, 0 when there is nothing to do.

    A turn of few accounts takes nearly as long as one of many: while another scores the organization's, these wait.
    """
    if not await changing.only_taker(connection, tenant_id) or not await keeping.kept_current(connection, tenant_id):
        return 0
    taken = await changing.taken(connection, tenant_id)
    if not taken:
        return 0
    if None in taken or await _is_much(connection, tenant_id, taken):
        await _run(connection, tenant_id, beside)
    else:
        await _score(connection, tenant_id, [one for one in dict.fromkeys(taken) if one is not None], beside)
    return len(taken)


async def _is_much(connection: AsyncConnection, tenant_id: TenantId, taken: Sequence[AccountId | None]) -> bool:
    """Whether what has changed, the taken included, is so much of the portfolio that all of it is better run anew."""
    if len(taken) < changing.TAKEN_AT_ONCE:
        return False
    left, every = await changing.marked(connection, tenant_id)
    portfolio_size = await queries.run_accounts(connection, tenant_id)
    return every or (portfolio_size is not None and (len(set(taken)) + left) * MANY > portfolio_size)


async def _run(connection: AsyncConnection, tenant_id: TenantId, beside: Beside | None) -> None:
    """Score the whole portfolio."""
    await portfolio.run_now(connection, tenant_id, None)
    if beside is not None:
        await beside(connection, tenant_id, None)


async def _score(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], beside: Beside | None
) -> None:
    """Score the accounts that are there, as of today; one that was removed keeps the scores that it has."""
    version = await models.to_use(connection, tenant_id, None)
    await keeping.score_existing(connection, tenant_id, version, account_ids, today())
    if beside is not None:
        await beside(connection, tenant_id, account_ids)


async def go_on(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Ask for another time while somebody changes facts, who may have counted on this one, or marks are left."""
    lonely = await changing.nobody_changes(connection, tenant_id)
    left, every = await changing.marked(connection, tenant_id)
    if lonely and not (left or every):
        return
    if await keeping.kept_current(connection, tenant_id):
        await changing.ask_unless_asked(connection, tenant_id)
