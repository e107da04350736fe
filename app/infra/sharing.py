"""One question to the database for all who ask the same at the same time, and never an answer older than the asking."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
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
        self._next: dict[K, asyncio.Task[V]] = {}

    async def __call__(self, key: K) -> V:
        """The answer to a question that is put after this call."""
        task = self._next.get(key)
        if task is None:
            task = asyncio.create_task(self._in_turn(key, self._under_way.get(key)))
            self._next[key] = task
        return await asyncio.shield(task)

    async def _in_turn(self, key: K, before: "asyncio.Task[V] | None") -> V:
        if before is not None:
            await asyncio.wait([before])
        mine = self._under_way[key] = self._next.pop(key)
        try:
            return await self._ask(key)
        finally:
            if self._under_way.get(key) is mine:
                del self._under_way[key]


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
