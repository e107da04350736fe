"""Server-sent events: what a stream of states becomes on the wire, and how long it lives."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

MEDIA_TYPE = "text/event-stream"
# A proxy that collected the answer before handing it on would make the stream useless.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
LIFE_SECONDS = 600.0
SILENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `data` is one line. After the `last` one the stream ends."""

    name: str
    data: str
    last: bool

    def __bytes__(self) -> bytes:
        return f"event: {self.name}\ndata: {self.data}\n\n".encode()


async def stream(
    looks: AsyncGenerator[Event | None, None],
    stopping: asyncio.Event | None = None,
    *,
    life_seconds: float = LIFE_SECONDS,
    silence_seconds: float = SILENCE_SECONDS,
) -> AsyncIterator[bytes]:
    """Each look that differs from the one before, as an event; None tells nothing.

    A comment is sent where there was nothing else to send for `silence_seconds`, so that nobody in between takes the
    line for dead. The stream ends with the last event, after `life_seconds`, and when the process is `stopping`.
    """
    began = told_at = time.monotonic()
    told: Event | None = None
    yield b"retry: 2000\n\n"
    async with aclosing(looks):
        async for look in looks:
            now = time.monotonic()
            if look is not None and look != told:
                told, told_at = look, now
                yield bytes(look)
            elif now - told_at >= silence_seconds:
                told_at = now
                yield b": still here\n\n"
            if (look is not None and look.last) or now - began >= life_seconds or (stopping and stopping.is_set()):
                return
