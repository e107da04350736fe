"""Lets what comes together be kept together: in few transactions at a time of each organization, for all that waits."""

import asyncio
import contextvars
import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from typing import Any, Generic, TypeVar

import structlog

from app.infra import logs
from app.infra.faults import database_refusal
from app.kernel.errors import Refusal, Unavailable
from app.kernel.ids import TenantId

T = TypeVar("T")
R = TypeVar("R")

# What one transaction takes, and what may wait for its turn before more is sent away.
GROUP_ITEMS, GROUP_BYTES = 256, 8 * 1024 * 1024
WAITING_ITEMS, WAITING_BYTES = 4096, 64 * 1024 * 1024
# While the database commits one group, the next is verified and read: else each would wait for the other.
AT_ONCE = 2
FEW = GROUP_ITEMS // 8  # what is not worth being shared out


class DeliveryNotKept(Unavailable):
    """The delivery could not be kept: send it again."""

    retry_after_seconds = 2


@dataclass(slots=True, eq=False)
class _Waiting(Generic[T, R]):
    """An item, and whom to tell what comes of it, once; left: says whether nobody waits for it any more."""

    item: T
    size: int
    tell: Callable[[R | Exception], None]
    left: Callable[[], bool] | None = None
    told: bool = False

    def settle(self, outcome: R | Exception) -> None:
        if not self.told:
            self.told = True
            self.tell(outcome)


class _Patience:
    """Sends away who has waited long enough; one timer for all, as nearly all are told long before."""

    def __init__(self) -> None:
        self._ends: list[tuple[float, int, _Waiting[Any, Any]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._count = 0

    def begin(self, waiting: _Waiting[Any, Any], until: float) -> None:
        """It ends when it is `until` on the loop's clock."""
        ends = self._ends
        while ends and ends[0][2].told:
            heappop(ends)
        self._count += 1  # so that two that end together need not be compared
        heappush(ends, (until, self._count, waiting))
        if self._timer is None or until < self._timer.when():
            self._wake_at(until)

    def _wake_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(when, self._over)

    def _over(self) -> None:
        now, self._timer = asyncio.get_running_loop().time(), None
        while self._ends and (self._ends[0][2].told or self._ends[0][0] <= now):
            heappop(self._ends)[2].settle(DeliveryNotKept("it takes too long: try again in a moment"))
        if self._ends:
            self._wake_at(self._ends[0][0])


@dataclass(slots=True)
class _Line(Generic[T, R]):
    """What waits for one organization's next transaction."""

    waiting: "deque[_Waiting[T, R]]" = field(default_factory=deque)
    bytes: int = 0
    served_by: int = 0


class Gathering(Generic[T, R]):
    """Keeps items in groups, by `keep`, which tells what came of each in their order.

    An organization whose transactions fail or hang holds up nobody else, as each has a line of its own and no more than
    AT_ONCE transactions at a time, or one where that would be all; `at_once` says how many of all organizations there
    are, those behind wait in turn.
    """

    def __init__(self, keep: Callable[[TenantId, Sequence[T]], Awaitable[Sequence[R]]], *, at_once: int) -> None:
        self._keep = keep
        self._lines: dict[TenantId, _Line[T, R]] = {}
        self._slots = asyncio.Semaphore(at_once)
        self._of_each = AT_ONCE if at_once > AT_ONCE else 1
        self._tasks: set[asyncio.Task[None]] = set()
        self._patience = _Patience()

    async def __call__(self, tenant_id: TenantId, item: T, size: int, *, until: float) -> R:
        """What came of the item, once that is durable; raises DeliveryNotKept, at the latest when it is `until`.

        That is a time of the loop's clock.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        waiting = self._line_up(tenant_id, _Waiting(item, size, partial(_told, future), future.done), until)
        try:
            return await future
        finally:
            waiting.told = True

    def hand_in(
        self, tenant_id: TenantId, item: T, size: int, tell: Callable[[R | Exception], None], *, until: float
    ) -> None:
        """The same for who waits without a task: `tell` is called, once, with what came of it or a DeliveryNotKept.

        It must not raise. Raises DeliveryNotKept where there is no room to wait.
        """
        self._line_up(tenant_id, _Waiting(item, size, tell), until)

    def _line_up(self, tenant_id: TenantId, waiting: _Waiting[T, R], until: float) -> _Waiting[T, R]:
        line = self._lines.get(tenant_id)
        if line is None:
            line = self._lines[tenant_id] = _Line()
        elif len(line.waiting) >= WAITING_ITEMS or line.bytes + waiting.size > WAITING_BYTES:
            raise DeliveryNotKept("too many deliveries wait to be kept")
        line.waiting.append(waiting)
        line.bytes += waiting.size
        if line.served_by < self._of_each:
            self._begin_to_serve(tenant_id, line)
        self._patience.begin(waiting, until)
        return waiting

    def _begin_to_serve(self, tenant_id: TenantId, line: _Line[T, R]) -> None:
        line.served_by += 1
        task = asyncio.create_task(self._serve(tenant_id, line), context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, tenant_id: TenantId, line: _Line[T, R]) -> None:
        try:
            while line.waiting:
                async with self._slots:
                    group = _next_group(line, self._of_each)
                    if group:
                        await self._settle(tenant_id, group)
        finally:
            line.served_by -= 1
            if not line.served_by:
                del self._lines[tenant_id]
                for waiting in line.waiting:  # only when the process ends
                    waiting.settle(DeliveryNotKept("this process ends: try again in a moment"))

    async def _settle(self, tenant_id: TenantId, group: Sequence[_Waiting[T, R]]) -> None:
        try:
            outcomes = await self._keep(tenant_id, [waiting.item for waiting in group])
        except Exception as error:  # noqa: BLE001  # the edge of the line: whoever waits is told, and the line goes on
            await self._fail(tenant_id, group, error)
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.settle(outcome)

    async def _fail(self, tenant_id: TenantId, group: Sequence[_Waiting[T, R]], error: Exception) -> None:
        refusal = _refusal_of(error)
        if len(group) > 1 and not isinstance(refusal, Unavailable):  # one of them is at fault: the others must not be
            middle = len(group) // 2
            await self._settle(tenant_id, group[:middle])
            await self._settle(tenant_id, group[middle:])
            return
        _tell(tenant_id, len(group), error, foreseen=isinstance(refusal, Unavailable))
        for waiting in group:
            waiting.settle(DeliveryNotKept("try again in a moment"))


def _told(future: "asyncio.Future[R]", outcome: R | Exception) -> None:
    if future.done():
        return
    if isinstance(outcome, DeliveryNotKept):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)  # type: ignore[arg-type]  # the one exception that is told is the one above


def _next_group(line: _Line[T, R], shares: int) -> list[_Waiting[T, R]]:
    """As much as one transaction takes of what waits, at least one; what nobody waits for any more is left out.

    Of many, it takes no more than its share: the rest is verified and read while the database has this group.
    """
    most = min(GROUP_ITEMS, max(FEW, math.ceil(len(line.waiting) / shares)))
    group: list[_Waiting[T, R]] = []
    taken = 0
    while line.waiting and len(group) < most:
        waiting = line.waiting[0]
        if group and taken + waiting.size > GROUP_BYTES:
            break
        line.waiting.popleft()
        line.bytes -= waiting.size
        if not (waiting.told or (waiting.left and waiting.left())):
            group.append(waiting)
            taken += waiting.size
    return group


def _tell(tenant_id: TenantId, count: int, error: Exception, *, foreseen: bool) -> None:
    log = structlog.get_logger().bind(tenant_id=tenant_id, count=count)
    if foreseen:
        sqlstate = getattr(error, "sqlstate", None)
        log.warning("deliveries_not_kept", error_class=type(error).__name__, sqlstate=sqlstate)
    else:
        log.error("deliveries_not_kept", **logs.explanation(error))


def _refusal_of(error: Exception) -> Refusal | None:
    return error if isinstance(error, Refusal) else database_refusal(error)
