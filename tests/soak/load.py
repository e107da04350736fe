"""What a service meets in the long run, at a steady pace: reads, scores, writes, CRM events, and what is no request."""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.crm.fakes.fake import Fake
from tests.crm.ground import Link

DOCUMENT = Path(__file__).parents[2] / "openapi" / "openapi.json"
CALLERS = 8
ACCOUNTS = 40
FAULT = 500
BUSY = 503
TRIES = 20


@dataclass
class Book:
    """What the load is about. deals: the CRM's ids of them."""

    fake: Fake
    link: Link
    accounts: list[str]
    deals: list[str]


@dataclass
class Told:
    """What came back. wrong: answers that should not have been, and calls that had none.

    busy: answers of 503 that say when to come again, as they are promised where the machine is too slow; whoever had
    one came again.
    """

    answers: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return self.answers.total()


def lists() -> list[str]:
    """Every path that is read without an id, out of the committed document; streams end when their event does."""
    paths: Mapping[str, Any] = json.loads(DOCUMENT.read_text())["paths"]
    return sorted(
        path
        for path, item in paths.items()
        if "get" in item and path.startswith("/v1/") and "{" not in path
        and not any(one.get("required") for one in item["get"].get("parameters", ()))
    )  # fmt: skip


def filled(fake: Fake) -> tuple[list[str], list[str]]:
    """The CRM's accounts and their deals, by its ids."""
    day = datetime.now(UTC)
    accounts = [
        fake.add("account", name=f"Company {number}", at=day - timedelta(days=9)).id for number in range(ACCOUNTS)
    ]
    deals = [
        fake.add(
            "opportunity", name=f"Deal of {account}", account=account, amount=1000, currency="USD", status="won",
            close_on=(day - timedelta(days=20)).date(), at=day - timedelta(days=8),
        ).id
        for account in accounts
    ]  # fmt: skip
    return accounts, deals


class UnexpectedAnswer(Exception):  # it is named for what came
    """An answer that should not have been: what goes on from it does not."""


class Load:
    """Calls of all kinds, in an order that one seed decides."""

    def __init__(self, client: httpx.AsyncClient, book: Book) -> None:
        self._client, self._book, self._chance = client, book, random.Random(10)
        self._lists, self._numbers = itertools.cycle(lists()), itertools.count(1)
        self.told = Told()
        kinds: dict[Callable[[], Awaitable[None]], float] = {
            self._read: 8, self._score: 6, self._engagement: 2, self._roadblock: 1, self._change: 1, self._event: 2,
            self._nonsense: 1, self._run: 1 / 50,
        }  # fmt: skip
        self._kinds, self._weights = list(kinds), list(kinds.values())

    async def run(self, seconds: float, per_second: float) -> None:
        """As many calls as fit into the time at this pace; a service that is behind is not given more than CALLERS."""
        began, free = time.monotonic(), asyncio.Semaphore(CALLERS)
        async with asyncio.TaskGroup() as calls:
            for number in range(int(seconds * per_second)):
                await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
                if time.monotonic() - began > seconds:
                    break
                await free.acquire()
                (kind,) = self._chance.choices(self._kinds, self._weights)
                calls.create_task(self._one(kind)).add_done_callback(lambda _: free.release())

    async def at_once(self, times: int) -> None:
        """Calls side by side, so that every connection that the service may keep is made."""
        await asyncio.gather(*(self._one(self._read) for _ in range(times)))

    async def _one(self, kind: Callable[[], Awaitable[None]]) -> None:
        try:
            await kind()
        except httpx.TransportError as error:
            self._wrong(f"{kind.__name__}: {error!r}")
        except UnexpectedAnswer as error:
            self._wrong(str(error))

    async def _sent(self, method: str, path: str, *fine: int, **more: Any) -> httpx.Response:
        return await self._noted(lambda: self._client.request(method, path, **more), *fine)

    async def _noted(self, send: Callable[[], Awaitable[httpx.Response]], *fine: int) -> httpx.Response:
        answer, tries = await send(), 1
        while answer.status_code == BUSY and "retry-after" in answer.headers and tries < TRIES:
            self.told.busy += 1
            await asyncio.sleep(float(answer.headers["retry-after"]))
            answer, tries = await send(), tries + 1
        self._note(answer, *fine)
        return answer

    def _note(self, answer: httpx.Response, *fine: int) -> None:
        self.told.answers[str(answer.status_code)] += 1
        if answer.status_code >= FAULT or (fine and answer.status_code not in fine):
            request = answer.request
            raise UnexpectedAnswer(f"{request.method} {request.url.path}: {answer.status_code} {answer.text[:300]}")

    def _wrong(self, what: str) -> None:
        if len(self.told.wrong) < 100:
            self.told.wrong.append(what)

    def _account(self) -> str:
        return f"/v1/accounts/by-external-id/{self._book.link.source}/{self._chance.choice(self._book.accounts)}"

    async def _read(self) -> None:
        await self._sent("GET", next(self._lists))

    async def _score(self) -> None:
        await self._sent("GET", f"{self._account()}/score", 200)

    async def _engagement(self) -> None:
        """A call that is sent twice with one key is done once."""
        account = {"source": self._book.link.source, "external_id": self._chance.choice(self._book.accounts)}
        held_on = datetime.now(UTC).date().isoformat()
        body = {"account": account, "kind": "meeting", "held_on": held_on}
        shown = {"Idempotency-Key": f"soak-{next(self._numbers)}"}
        first = await self._sent("POST", "/v1/engagements", 201, json=body, headers=shown)
        again = await self._sent("POST", "/v1/engagements", 201, json=body, headers=shown)
        if first.json()["id"] != again.json()["id"]:
            self._wrong("one key had two effects")

    async def _roadblock(self) -> None:
        """Something of which webhooks tell."""
        account = (await self._sent("GET", self._account(), 200)).json()["id"]
        body = {
            "account_id": account,
            "kind": "capacity",
            "function": "service",
            "severity": "low",
            "title": "Nobody free",
        }
        await self._sent("POST", "/v1/roadblocks", 201, json=body)

    async def _run(self) -> None:
        """Work for the worker: the whole portfolio."""
        await self._sent("POST", "/v1/selection/runs", 202, json={})

    async def _change(self) -> None:
        """A change of what was read; somebody else may have been quicker."""
        told = await self._sent("GET", self._account(), 200)
        shown = {"If-Match": told.headers["etag"]}
        body = {"attributes": {"soak": next(self._numbers)}}
        await self._sent("PATCH", f"/v1/accounts/{told.json()['id']}", 200, 412, json=body, headers=shown)

    async def _event(self) -> None:
        """A deal changes in the CRM, which tells of it; every fifth time it tells twice."""
        fake, deal = self._book.fake, self._chance.choice(self._book.deals)
        change = fake.update("opportunity", deal, amount=str(self._chance.randint(1, 90_000)))
        for delivery in fake.deliveries_for(change) * (2 if self._chance.random() < 1 / 5 else 1):
            await self._noted(partial(delivery.sent, self._client, self._book.link.path), 202)

    async def _nonsense(self) -> None:
        method, path, fine, more = self._chance.choice(_NONSENSE)
        await self._sent(method, path, fine, **more)


_JSON = {"content-type": "application/json"}
_NONSENSE: list[tuple[str, str, int, dict[str, Any]]] = [
    ("POST", "/v1/accounts", 400, {"content": b'{"name": ', "headers": _JSON}),
    ("POST", "/v1/accounts", 422, {"json": {"name": "x" * 10_000}}),
    ("POST", "/v1/accounts", 415, {"content": b"name=Acme", "headers": {"content-type": "text/plain"}}),
    ("POST", "/v1/accounts", 413, {"content": b" " * 6_000_000, "headers": _JSON}),
    ("GET", "/v1/accounts?limit=-1", 422, {}),
    ("GET", "/v1/accounts/0199a1b2-3c4d-7e5f-8a6b-7c8d9e0f1a2b", 404, {}),
    ("GET", "/v1/nowhere", 404, {}),
    ("DELETE", "/v1/accounts", 405, {}),
    ("GET", "/v1/accounts", 401, {"headers": {"Authorization": "Bearer kap_live_none"}}),
]
