"""Work that keeps the processor busy, beside the loop."""

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_daemon_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The value of `work(*args, **kwargs)`; unlike a pool's, its thread does not keep the process from ending."""
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    context = contextvars.copy_context()

    def run() -> None:
        outcome.set_running_or_notify_cancel()  # from here on it cannot be cancelled: whoever waited may just leave
        try:
            outcome.set_result(context.run(work, *args, **kwargs))
        except BaseException as error:  # noqa: BLE001  # whatever it is belongs to who waits
            outcome.set_exception(error)

    threading.Thread(target=run, name="job", daemon=True).start()
    return await asyncio.wrap_future(outcome)
