"""What the stories of CRMs are made of: a book of business in a fake CRM, a model that judges it, and patience."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.infra.settings import Settings
from app.worker import run_worker
from tests.crm.fakes.fake import Fake
from tests.crm.fakes.store import Change
from tests.crm.ground import PIPEDRIVE, Link, Provider
from tests.jobs.ground import QUICK

PATIENCE_SECONDS = 60
_HIGH = 100_000
# Both judge what the CRM alone tells: a deal that is won raises both.
MODEL: dict[str, Any] = {
    "name": "Won deals",
    "criteria": [
        {
            "key": "revenue",
            "metric": "revenue_ltm",
            "dimension": "opportunity",
            "weight": 1,
            "value_function": {"kind": "linear", "low": 0, "high": _HIGH},
        },
        {
            "key": "wins",
            "metric": "deal_count_ltm",
            "dimension": "alignment",
            "weight": 1,
            "value_function": {"kind": "linear", "low": 0, "high": 4},
        },
    ],
}


@dataclass(frozen=True)
class Book:
    """A book of business in a CRM. hero: the account of the story; deal: its open one. All are the CRM's ids."""

    owner: str
    accounts: tuple[str, ...]
    hero: str
    deal: str
    contact: str


def a_book(fake: Fake) -> Book:
    """Three accounts that each won one deal and lost one; the first has another one open."""
    day = datetime.now(UTC).date() - timedelta(days=30)
    owner = fake.add("user", name="Ann Lee", email="ann@example.com").id
    accounts = tuple(fake.add("account", name=name, owner=owner).id for name in ("Acme", "Brone", "Cance"))
    told: dict[str, Any] = {"currency": "USD", "owner": owner, "close_on": day}
    for place, account in enumerate(accounts):
        fake.add("opportunity", name="Won", account=account, amount=1000 * (place + 1), status="won", **told)
        fake.add("opportunity", name="Lost", account=account, amount=500, status="lost", **told)
    hero = accounts[0]
    deal = fake.add("opportunity", name="The big one", account=hero, amount=40_000, status="open", **told).id
    contact = fake.add("contact", name="Bo Ek", email="bo@example.com", account=hero).id
    return Book(owner, accounts, hero, deal, contact)


@contextlib.asynccontextmanager
async def worker(url: str, settings: Settings) -> AsyncIterator[None]:
    """A worker at work inside the block."""
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(url, settings, stop, pace=replace(QUICK, by_the_clock=False)))
    try:
        yield
    finally:
        stop.set()
        await working


async def seen(what: Callable[[], Awaitable[Any]], *, seconds: float = PATIENCE_SECONDS) -> Any:
    """What is at last so: the first answer that is neither None nor False."""
    async with asyncio.timeout(seconds):
        while (found := await what()) is None or found is False:  # noqa: ASYNC110  # it is asked over HTTP
            await asyncio.sleep(0.1)
    return found


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    answer = await client.post(f"/v1{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


async def a_published_model(client: httpx.AsyncClient) -> None:
    """The organization's own model, in use."""
    answer = await made(client, "/selection/models", MODEL)
    path = answer.headers["location"].removeprefix("/v1")
    await made(client, f"{path}/publish", {"override_reason": "a story"}, **{"If-Match": answer.headers["etag"]})


async def read(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await client.get(f"/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def score_of(client: httpx.AsyncClient, link: Link, external_id: str) -> dict[str, Any] | None:
    """An account's score, by the CRM's id; None while there is none."""
    answer = await client.get(f"/v1/accounts/by-external-id/{link.source}/{external_id}/score")
    assert answer.status_code in {200, 404}, answer.text
    return answer.json() if answer.status_code == 200 else None


async def fresh_score(client: httpx.AsyncClient, link: Link, external_id: str) -> dict[str, Any] | None:
    """The score once it is not stale."""
    score = await score_of(client, link, external_id)
    return score if score and not score["stale"] else None


async def done(client: httpx.AsyncClient, started: httpx.Response) -> dict[str, Any] | None:
    """The job that was started, once it has succeeded."""
    answer = await client.get(started.headers["location"])
    job: dict[str, Any] = answer.json()
    assert job["status"] != "failed", job
    return job if job["status"] == "succeeded" else None


async def deliver(client: httpx.AsyncClient, link: Link, fake: Fake, changes: Change | Sequence[Change]) -> None:
    """The CRM's deliveries of the changes come to the service."""
    for delivery in fake.deliveries_for(changes):
        answer = await delivery.sent(client, link.path + delivery.url.removeprefix(fake.hook.url))
        assert answer.is_success, answer.text


async def settled(client: httpx.AsyncClient, link: Link) -> list[dict[str, Any]] | None:
    """What the CRM told through the connection, once nothing of it waits."""
    events = (await read(client, "/crm/events", connection_id=link.id, limit=500))["data"]
    return None if any(event["state"] == "waiting" for event in events) else events


def in_the_crm(provider: Provider, fake: Fake, external_id: str) -> tuple[Any, float | None]:
    """The tier and the score that stand in the CRM's account record."""
    values = fake.record("account", external_id).values
    held = values.get("custom_fields", {}) if provider is PIPEDRIVE else values
    score = held.get(provider.score)
    return held.get(provider.tier), None if score is None else float(score)


def told_by(score: dict[str, Any]) -> tuple[str, float]:
    """The tier and the score that an answer of the API tells."""
    return score["tier"], score["composite"]["score"]
