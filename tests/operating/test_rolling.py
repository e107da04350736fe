"""Each process in its turn is told to end and started again, under load: nobody's request fails, all is done once."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.kernel.ids import new_id
from tests.faults.ground import a_key, names_in
from tests.jobs import ground
from tests.jobs.ground import owner, until
from tests.processes import free_port, kap, serving, working


@pytest.fixture
def url():
    return ground.fresh_database()


@dataclass
class Balancer:
    """What stands before the processes, as most do it: asks in turn those that said they are ready, when last asked.

    Where a connection is refused, and there alone, another process is asked.
    """

    ports: list[int]
    ready: set[int] = field(default_factory=set)
    turned_away: int = 0
    served: Counter[int] = field(default_factory=Counter)
    _clients: dict[int, httpx.AsyncClient] = field(default_factory=dict)

    async def __aenter__(self):
        self._clients = {
            port: httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) for port in self.ports
        }
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_):
        self._looking.cancel()
        for client in self._clients.values():
            await client.aclose()

    async def _look(self):
        while True:
            for port in self.ports:
                try:
                    answer = await self._clients[port].get("/readyz")
                except httpx.TransportError:
                    self.ready.discard(port)
                else:
                    (self.ready.add if answer.status_code == 200 else self.ready.discard)(port)
            await asyncio.sleep(0.1)

    async def ask(self, method, path, **told):
        while True:
            self.ports.append(self.ports.pop(0))
            port = next((each for each in self.ports if each in self.ready), self.ports[0])
            try:
                answer = await self._clients[port].request(method, path, **told)
            except httpx.ConnectError:
                self.turned_away += 1
                self.ready.discard(port)
                await asyncio.sleep(0.01)
            else:
                self.served[port] += 1
                return answer


@dataclass
class Callers:
    """They write and read without a pause; names: what was written."""

    balancer: Balancer
    key: str
    names: list[str] = field(default_factory=list)
    answers: Counter[Any] = field(default_factory=Counter)
    over: bool = False

    async def call(self):
        told = {"Authorization": f"Bearer {self.key}"}
        while not self.over:
            name = str(new_id())
            for method, more in (
                ("POST", {"json": {"name": name}, "headers": {**told, "Idempotency-Key": name}}),
                ("GET", {"params": {"limit": 1}, "headers": told}),
            ):
                try:
                    answer = await self.balancer.ask(method, "/v1/accounts", **more)
                except httpx.TransportError as error:
                    self.answers[repr(error)] += 1
                else:
                    self.answers[method, answer.status_code] += 1
                await asyncio.sleep(0.02)
            self.names.append(name)


async def test_a_rolling_restart_fails_no_request(url, tmp_path):
    key = await a_key(url)
    told = {"DATABASE_URL": url, "KAP_DRAIN_SECONDS": "1"}
    ports = [free_port(), free_port()]

    def start(port, name):
        return kap("serve", log=tmp_path / name, PORT=str(port), **told)

    async with contextlib.AsyncExitStack() as stack:
        first = [await stack.enter_async_context(start(port, f"{port}-1")) for port in ports]
        for process in first:
            await process.ready()
        balancer = await stack.enter_async_context(Balancer(list(ports)))
        await until(lambda: len(balancer.ready) == 2)
        callers = Callers(balancer, key)
        calling = [asyncio.create_task(callers.call()) for _ in range(3)]
        for process, port in zip(first, ports, strict=True):
            before = balancer.served[port]
            process.terminate()
            await until(lambda port=port: port not in balancer.ready)
            assert process.code is None  # it has said so before it goes
            assert await process.ended() == 0
            again = await stack.enter_async_context(start(port, f"{port}-2"))
            await again.ready()
            await until(lambda port=port, before=before: balancer.served[port] > before + 5)
        callers.over = True
        await asyncio.gather(*calling)

    assert set(callers.answers) == {("POST", 201), ("GET", 200)}, callers.answers
    assert callers.answers["POST", 201] == len(callers.names) > 10
    assert await names_in(url) == Counter(callers.names)


async def test_workers_that_are_restarted_in_turn_do_each_job_once_and_tell_how_they_are(url, tmp_path):
    key = await a_key(url)
    ports = [free_port(), free_port()]

    def start(port, name):
        return working(url, log=tmp_path / name, KAP_METRICS_PORT=str(port))

    async with contextlib.AsyncExitStack() as stack:
        api = await stack.enter_async_context(serving(url, log=tmp_path / "api"))
        first = [await stack.enter_async_context(start(port, f"{port}-1")) for port in ports]
        client = await stack.enter_async_context(api.client(key))
        asked = []
        for process, port in zip(first, ports, strict=True):
            asked += [await a_run(client) for _ in range(4)]
            process.terminate()
            assert await process.ended() == 0
            await stack.enter_async_context(start(port, f"{port}-2"))
            asked += [await a_run(client) for _ in range(2)]
        await until(lambda: all_done(url, len(asked)))

        await it_tells_how_it_is(ports[1])

    async with owner(url) as everything:
        runs = await everything.fetchval("SELECT count(*) FROM selection_runs")
        jobs = await everything.fetch("SELECT status FROM jobs WHERE kind = 'selection.run'")
    assert [row["status"] for row in jobs] == ["succeeded"] * len(asked)
    assert runs == len(asked)


async def it_tells_how_it_is(port):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as prometheus:
        assert (await prometheus.get("/livez")).json() == {"status": "alive"}
        told = (await prometheus.get("/metrics")).text
    assert "figures_readable 1.0" in told
    assert 'db_pool_limit{pool="worker"}' in told
    assert "schedule_overdue_seconds{" in told


async def a_run(client):
    accepted = await client.post("/v1/selection/runs", json={})
    assert accepted.status_code == 202, accepted.text
    return accepted.json()["id"]


async def all_done(url, number):
    async with owner(url) as everything:
        done = await everything.fetchval("SELECT count(*) FROM jobs WHERE status = 'succeeded'")
    return done >= number
