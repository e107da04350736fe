"""One question to the database for all who ask the same at the same time, and never an answer older than the asking."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextvars import Context
from functools import partial
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
G = TypeVar("G", bound=Hashable)


class Shared(Generic[K, V]):
    """Asks on behalf of many.

    Who comes while a question is under way waits for the next one: the one under way may have been answered before they
    came, and what has changed since must count for them.
    """

    def __init__(self, ask: Callable[[K], Awaitable[V]]) -> None:
        self._ask = ask
        self._under_way: dict[K, asyncio.Task[V]] = {}
        self._asking: dict[K, list[asyncio.Future[V]]] = {}
        self._next: dict[K, list[asyncio.Future[V]]] = {}

    async def __call__(self, key: K) -> V:
        """The answer to a question that is put after this call."""
        return await self.asked(key)

    def asked(self, key: K) -> "asyncio.Future[V]":
        """Where that answer will be, for those who do not wait; to cancel it disturbs nobody else."""
        mine: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._next.setdefault(key, []).append(mine)
        if key not in self._under_way:
            self._put(key)
        return mine

    def _put(self, key: K) -> None:
        # Nobody's in particular, and so is what may be logged of it.
        task = asyncio.get_running_loop().create_task(self._question(key), context=Context())
        self._under_way[key] = task
        task.add_done_callback(partial(self._answered, key))

    async def _question(self, key: K) -> V:
        self._asking[key] = self._next.pop(key)
        return await self._ask(key)

    def _answered(self, key: K, question: "asyncio.Task[V]") -> None:
        del self._under_way[key]
        waiting = self._asking.pop(key, None) or self._next.pop(key, [])  # the latter: it was cancelled before it began
        if key in self._next:
            self._put(key)
        error = None if question.cancelled() else question.exception()
        for one in waiting:
            if one.done():  # whoever it was gave up
                continue
            if question.cancelled():
                one.cancel()
            elif error is None:
                one.set_result(question.result())
            else:
                one.set_exception(error)


class Together(Generic[G, K, V]):
    """Asks for many things of one group in one question; of each group, one question at a time is under way.

    A round trip costs more than what is found by it, on both sides. Nobody's answer is older than their asking.
    """

    def __init__(self, ask: Callable[[G, Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._wanted: dict[G, set[K]] = {}
        self._shared: Shared[G, Mapping[K, V]] = Shared(self._all_wanted)

    async def __call__(self, group: G, key: K) -> V | None:
        """What is found under the key, by a question that is put after this call; None where nothing is."""
        self._wanted.setdefault(group, set()).add(key)
        found = await self._shared(group)
        return found.get(key)

    async def _all_wanted(self, group: G) -> Mapping[K, V]:
        return await self._ask(group, list(self._wanted.pop(group)))
