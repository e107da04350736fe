"""How many requests a caller may send in a window, counted in this process."""

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.errors import TooMany

_SETTING = re.compile(r"([1-9]\d{0,8}) */ *(second|minute|hour|day)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `quota` requests in any `window_seconds`."""

    quota: int
    window_seconds: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and what to tell the caller; `retry_after_seconds` is 0 if it may, else ≥ 1."""

    allowed: bool
    headers: tuple[tuple[bytes, bytes], ...]
    retry_after_seconds: int


_UNCOUNTED = Verdict(allowed=True, headers=(), retry_after_seconds=0)


class RateLimited(TooMany):
    """Too many requests."""

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


def parse_limit(setting: str) -> Limit:
    """The limit that a setting such as `600/minute` means; ValueError if it means none."""
    match = _SETTING.fullmatch(setting.strip())
    if match is None:
        raise ValueError("a rate limit is a number above 0 per second, minute, hour or day, such as 600/minute")
    return Limit(int(match[1]), _SECONDS[match[2]])


@dataclass(slots=True)
class _Count:
    window: int
    now: int
    before: int


class RateLimiter:
    """A sliding window counter: the last fixed window counts by the share of it that still lies in the sliding one.

    Constant memory and time per caller, no burst of twice the quota where fixed windows meet, and, since refused
    requests are not counted, a caller that keeps hammering still gets its quota.
    """

    def __init__(
        self,
        limit: Limit,
        *,
        name: str = "default",
        clock: Callable[[], float] = time.monotonic,
        max_callers: int = 100_000,
    ) -> None:
        self._limit = limit
        self._name = name
        self._clock = clock
        self._max_callers = max_callers
        self._counts: dict[str, _Count] = {}
        self._policy = (b"ratelimit-policy", f'"{name}";q={limit.quota};w={limit.window_seconds}'.encode("ascii"))

    def check(self, caller: str) -> Verdict:
        """Count one request of `caller`, unless it is one too many."""
        return self._verdict(caller, cost=1)

    def peek(self, caller: str) -> Verdict:
        """What `check` would say, without counting; of a caller who was never counted nothing is kept."""
        return _UNCOUNTED if caller not in self._counts else self._verdict(caller, cost=0)

    def _verdict(self, caller: str, *, cost: int) -> Verdict:
        window, into = divmod(self._clock(), self._limit.window_seconds)
        count = self._rolled(caller, int(window))
        share_left = 1 - into / self._limit.window_seconds
        used = count.before * share_left + count.now
        if used + 1 > self._limit.quota:
            wait = self._wait_seconds(count, into)
            return Verdict(allowed=False, headers=self._headers(0, wait), retry_after_seconds=wait)
        count.now += cost
        left = math.floor(self._limit.quota - used - cost)
        reset = max(1, math.ceil(self._limit.window_seconds - into))
        return Verdict(allowed=True, headers=self._headers(left, reset), retry_after_seconds=0)

    def _rolled(self, caller: str, window: int) -> _Count:
        count = self._counts.get(caller)
        if count is None:
            self._make_room(window)
            count = self._counts[caller] = _Count(window, 0, 0)
        elif count.window != window:
            count.before = count.now if count.window == window - 1 else 0
            count.now, count.window = 0, window
        return count

    def _make_room(self, window: int) -> None:
        """Forget callers without weight; and, under a flood of new ones, everyone rather than the process's memory."""
        if len(self._counts) < self._max_callers:
            return
        self._counts = {caller: count for caller, count in self._counts.items() if count.window >= window - 1}
        if len(self._counts) >= self._max_callers:
            self._counts.clear()

    def _wait_seconds(self, count: _Count, into: float) -> int:
        """Whole seconds until one request fits again."""
        window, room = self._limit.window_seconds, self._limit.quota - 1
        if count.now <= room:  # enough of the window before has to slide out
            wait = window * (1 - (room - count.now) / count.before) - into
        else:  # the present window has to become the one before, and slide
            wait = window * (1 - room / count.now) + window - into
        return max(1, math.ceil(wait))

    def _headers(self, left: int, reset_seconds: int) -> tuple[tuple[bytes, bytes], ...]:
        return self._policy, (b"ratelimit", f'"{self._name}";r={left};t={reset_seconds}'.encode("ascii"))
