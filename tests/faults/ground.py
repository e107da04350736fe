"""What tests of faults stand on: organizations of a database, callers that keep their connections, and a proxy."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import httpx

from app.kernel.ids import new_id
from tests.conftest import a_tenant
from tests.jobs.ground import opened, owner
from tests.processes import Process

EVERYTHING_WRONG = ("unforeseen_error", "Traceback")


async def a_key(url):
    """The key of a new organization."""
    async with opened(url, pool_size=2) as database:
        return (await a_tenant(database)).key


def is_away(answer):
    return answer.status_code == 503 and int(answer.headers["retry-after"]) >= 1


async def names_in(url):
    """The names of all accounts that there are."""
    async with owner(url) as connection:
        return Counter(row["name"] for row in await connection.fetch("SELECT name FROM accounts"))


async def waiting_for_locks(url):
    """How many statements wait for a lock that another transaction has."""
    async with owner(url) as connection:
        return await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )


@dataclass
class Load:
    """Callers that write and read one after the other, each over a connection that it keeps.

    A caller whom the process does not let in any more goes elsewhere, as a balancer would: it ends. acknowledged:
    what was written, as its names; unanswered: what was sent over a new connection that ended without an answer;
    failed: what was sent over a connection that the process had promised to keep, and got no answer.
    """

    process: Process
    key: str
    callers: int = 4
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    over: bool = False
    _running: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self):
        self._running = [asyncio.create_task(self._call()) for _ in range(self.callers)]
        return self

    async def __aexit__(self, *_):
        self.over = True
        await asyncio.gather(*self._running)

    @property
    def going(self):
        """How many callers are still let in."""
        return sum(not each.done() for each in self._running)

    async def _call(self):
        kept = False
        async with self.process.client(self.key) as client:
            while not self.over:
                name = str(new_id())
                for write in (True, False):
                    try:
                        answer = await self._asked(client, name, write=write)
                    except httpx.ConnectError:
                        return
                    except httpx.TransportError as error:
                        if kept:
                            self.failed.append(repr(error))
                        else:
                            self.unanswered.add(name)
                        return
                    kept = answer.headers.get("connection") != "close"
                    self._note(answer, name if write else None)

    async def _asked(self, client, name, *, write):
        if write:
            return await client.post("/v1/accounts", json={"name": name})
        return await client.get("/v1/accounts", params={"limit": 1})

    def _note(self, answer, name):
        self.statuses[answer.status_code] += 1
        if answer.status_code == 201:
            self.acknowledged.add(name)
