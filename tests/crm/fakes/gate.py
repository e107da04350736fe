"""What stands before a fake CRM's API: who may come in, how often, and what goes wrong today."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

FaultKind = Literal["status", "busy", "hang", "slow", "html", "half", "torn", "huge", "loop", "redirect"]


@dataclass(frozen=True)
class Asked:
    """One call as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    token: str | None
    at: datetime

    @property
    def address(self) -> str:
        """The path with its query, as a person would read them."""
        told = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.path}?{told}" if told else self.path


@dataclass
class Fault:
    """Something wrong with the next `times` calls whose path holds `on`."""

    kind: FaultKind
    times: int = 1
    on: str = ""
    status: int = 500
    seconds: float = 30.0
    size: int = 50_000_000
    to: str = "http://127.0.0.1:9/elsewhere"
    retry_after: str | None = None
    body: bytes = b""


@dataclass
class Faults:
    """What is wrong today: `faults.next("status", status=503, times=3, on="/deals")`."""

    waiting: list[Fault] = field(default_factory=list)
    met: list[Fault] = field(default_factory=list)

    def next(self, kind: FaultKind, **told: object) -> Fault:
        """kind: `status` (with `retry_after`), `busy` (the vendor's own 429), `hang` and `slow` (`seconds`), `html`,
        `half` (the connection breaks in the body), `torn` (half of the JSON, as if it were all), `huge` (`size`
        bytes), `loop` (every cursor leads to itself), `redirect` (`to`)."""
        fault = Fault(kind, **told)  # type: ignore[arg-type]  # the names of Fault
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, path: str) -> Fault | None:
        """The fault that this call meets."""
        for fault in self.waiting:
            if fault.on in path and fault.times > 0:
                fault.times -= 1
                self.met.append(fault)
                return fault
        return None


@dataclass
class Tokens:
    """Who may come in. fixed: tokens that hold for ever; refresh, clients: who is given new ones."""

    fixed: set[str] = field(default_factory=lambda: {"fixed-token"})
    refresh: set[str] = field(default_factory=lambda: {"refresh-1"})
    clients: dict[str, str] = field(default_factory=lambda: {"client": "client-secret"})
    rotate: bool = False
    revoked: bool = False
    lifetime_seconds: float = 1800
    public_key: str | None = None  # of those who sign assertions; None: any assertion will do
    given: dict[str, datetime] = field(default_factory=dict)
    asked: int = 0
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def good(self, token: str | None) -> bool:
        if token is None:
            return False
        until = self.given.get(token)
        return token in self.fixed or (until is not None and until > self.clock())

    def expire(self) -> None:
        """Every access token that was given holds no longer."""
        self.given.clear()

    def a_new_one(self) -> str:
        token = f"access-{secrets.token_hex(8)}"
        self.given[token] = self.clock() + timedelta(seconds=self.lifetime_seconds)
        return token

    def rotated(self, old: str) -> str | None:
        """The refresh token that takes the old one's place; None where they are kept."""
        if not self.rotate:
            return None
        self.refresh.discard(old)
        new = f"refresh-{secrets.token_hex(6)}"
        self.refresh.add(new)
        return new


@dataclass
class Limits:
    """How often may be called. daily_left: None is without end; search_per_second likewise."""

    daily: int = 5000
    daily_left: int | None = None
    search_per_second: int | None = None
    searches: list[datetime] = field(default_factory=list)

    def used(self) -> int:
        return self.daily - self.daily_left if self.daily_left is not None else 18

    def spend(self) -> bool:
        """Whether there is a call left today, which is then gone."""
        if self.daily_left is None:
            return True
        if self.daily_left <= 0:
            return False
        self.daily_left -= 1
        return True

    def may_search(self, now: datetime) -> bool:
        if self.search_per_second is None:
            return True
        self.searches = [then for then in self.searches if now - then < timedelta(seconds=1)]
        if len(self.searches) >= self.search_per_second:
            return False
        self.searches.append(now)
        return True
