"""A deal is won in the CRM, and the CRM's own account record shows what that makes of the account."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from app.crm.service.draining import Drains
from app.kernel.ids import ConnectionId
from tests.crm.fakes.fake import Fake, serving
from tests.crm.fakes.store import Change
from tests.crm.ground import HUBSPOT, PROVIDERS, SALESFORCE, Link, Provider, connected
from tests.crm.journeys.story import (
    a_book,
    a_published_model,
    deliver,
    done,
    fresh_score,
    in_the_crm,
    made,
    read,
    score_of,
    seen,
    settled,
    told_by,
    worker,
)

STORIES = [(provider, "") for provider in PROVIDERS] + [(SALESFORCE, "cdc"), (HUBSPOT, "generic")]
NAMES = [f"{provider.name} {style}".strip() for provider, style in STORIES]
# An outbound message does not tell which fields changed, so that the record is looked at once.
TELLS_NO_FIELDS = [(SALESFORCE, "")]
QUIET_SECONDS = 2


@dataclass
class Told:
    """Who is in the story. echoed: the writes whose echo was delivered."""

    client: httpx.AsyncClient
    provider: Provider
    fake: Fake
    link: Link
    hero: str
    echoed: list[Change] = field(default_factory=list)

    async def fresh_score_in_the_crm(self):
        """The hero's score, once it is fresh and stands in the CRM."""
        score = await seen(lambda: fresh_score(self.client, self.link, self.hero))
        await seen(lambda: self._stands(score))
        return score

    async def _stands(self, score):
        return in_the_crm(self.provider, self.fake, self.hero) == told_by(score)

    async def echo(self, *, tells_fields: bool):
        """The CRM tells of what we wrote since the last time, and that leads to nothing."""
        await self._quiet()
        writes = [change for change in self.fake.written() if change not in self.echoed]
        assert writes
        calls, events = len(self.fake.calls), await seen(lambda: settled(self.client, self.link))
        await deliver(self.client, self.link, self.fake, writes)
        await self._quiet()
        now = await seen(lambda: settled(self.client, self.link))
        states = [event["state"] for event in now if event not in events]
        self.echoed += writes
        assert states
        assert self.fake.written() == self.echoed
        if tells_fields:
            assert set(states) == {"echo"}
            assert self.fake.calls[calls:] == []
        else:
            assert len(self.fake.calls) - calls <= len(writes)

    async def _quiet(self):
        """Nothing is asked of the CRM for a while."""
        calls = -1
        while len(self.fake.calls) != calls:
            calls = len(self.fake.calls)
            await asyncio.sleep(QUIET_SECONDS)


@pytest.mark.parametrize(("provider", "style"), STORIES, ids=NAMES)
async def test_a_won_deal_raises_the_score_that_stands_in_the_crm(
    app, client, tenant, settings, database_url, provider, style
):
    fake, tells_fields = provider.made(), (provider, style) not in TELLS_NO_FIELDS
    fake.hook.style = style
    book = a_book(fake)
    with serving(fake):
        await a_published_model(client)
        link = await connected(client, provider, fake)
        story = Told(client, provider, fake, link, book.hero)

        # Everything is read, scored, and told to the CRM.
        async with worker(database_url, settings):
            started = await made(client, f"/crm/connections/{link.id}/syncs", {"kind": "backfill"})
            await seen(lambda: done(client, started))
            before = await story.fresh_score_in_the_crm()
            await story.echo(tells_fields=tells_fields)
        assert await external_ids(client) == set(book.accounts)

        # The deal is won, and the CRM tells of it; nobody is there to score.
        won = fake.update("opportunity", book.deal, status="won", amount=50_000, close_on=datetime.now(UTC).date())
        await deliver(client, link, fake, won)
        await Drains(app.state.crm_reach).drain(tenant.id, ConnectionId(UUID(link.id)))
        assert await stale_score(client, link, book.hero) == told_by(before)

        # The score is made anew, the CRM shows it and tells us so, and that is the end of it.
        async with worker(database_url, settings):
            after = await story.fresh_score_in_the_crm()
            await story.echo(tells_fields=tells_fields)
        assert after["composite"]["score"] > before["composite"]["score"]
        again = await seen(lambda: fresh_score(client, link, book.hero))
        assert told_by(again) == told_by(after)


async def stale_score(client, link, external_id):
    """The score, which is known to be stale."""
    score = await score_of(client, link, external_id)
    return told_by(score) if score and score["stale"] and score["changed_at"] else None


async def external_ids(client):
    return {one["external_id"] for one in (await read(client, "/accounts"))["data"]}
