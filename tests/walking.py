"""Machines of hypothesis that walk through the whole service, which runs beside them and does what they ask."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import FastAPI
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

PATIENCE_SECONDS = 120
Carry = Callable[[Coroutine[Any, Any, Any]], Any]


@contextlib.contextmanager
def running(app: FastAPI) -> Iterator[Carry]:
    """The application, started, in a loop of its own; yields what carries a coroutine out there and waits for it."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def live() -> None:
        async with app.router.lifespan_context(app):
            ready.set()
            await stop.wait()

    def carry(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE_SECONDS)

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()))
    thread.start()
    try:
        assert ready.wait(PATIENCE_SECONDS), "the application does not start"
        yield carry
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE_SECONDS)
        loop.close()


def walk(machine: Callable[[], RuleBasedStateMachine], *, walks: int, steps: int) -> None:
    """A few short walks; where the profile `thorough` is asked for, many long ones, which take some minutes."""
    far = settings.get_current_profile_name() == "thorough"
    bounds = settings(max_examples=walks * 20 if far else walks, stateful_step_count=steps * 2 if far else steps)
    run_state_machine_as_test(machine, settings=bounds)  # type: ignore[arg-type]  # what makes one will do
