"""Turns pages: while one is being kept, the next is fetched already."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from app.crm.core.spec import Json
from app.crm.core.verdicts import Batch


@dataclass(frozen=True, slots=True)
class Page:
    """Records that came together; where to go on after them; the address that tells what changes later."""

    batch: Batch
    resume: Json | None
    delta: str | None
    last: bool


async def ahead(pages: AsyncGenerator[Page, None], nothing: Batch) -> AsyncGenerator[Page, None]:
    """The pages, each fetched while the one before is at work; the last one says so, if need be with nothing in it."""
    coming = asyncio.ensure_future(anext(pages, None))
    try:
        while (page := await coming) is not None:
            if page.last:
                yield page
                return
            coming = asyncio.ensure_future(anext(pages, None))
            yield page
        yield Page(nothing, None, None, last=True)
    finally:
        coming.cancel()
        await asyncio.wait({coming})
        if not coming.cancelled():
            coming.exception()  # what nobody waits for any more is nobody's failure
        await pages.aclose()
