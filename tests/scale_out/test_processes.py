"""Two servers and two workers over one database, as processes of their own: nobody can tell which of them answers."""

import asyncio

import httpx
import pytest

from tests.asking import days_ago, ok
from tests.conftest import a_tenant
from tests.events.ground import an_endpoint
from tests.jobs.ground import fresh_database, opened, owner, until
from tests.processes import serving, working
from tests.program.ground import a_scored_book
from tests.resourcing.catalogue import ground as catalogue
from tests.scale_out.ground import Balancer
from tests.selection.ground import a_run

RUNS = 8
LIMIT = 150
TIERS = ("tier_1", "tier_2", "tier_1")


@pytest.fixture(scope="module")
def url():
    return fresh_database()


async def test_cases_59_and_78_two_servers_and_two_workers_are_as_one(url, tmp_path):
    told = {"KAP_RATE_LIMIT": f"{LIMIT}/day"}
    async with (
        serving(url, log=tmp_path / "one", **told) as one,
        serving(url, log=tmp_path / "two", **told) as two,
        working(url, log=tmp_path / "first worker") as first,
        working(url, log=tmp_path / "second worker") as second,
        opened(url) as database,
    ):
        tenant, other = await a_tenant(database), await a_tenant(database)
        balancer = Balancer(one, two)
        async with (
            balancer.client(tenant.key) as client,
            one.client(tenant.key) as here,
            two.client(tenant.key) as there,
        ):
            await catalogue.a_whole_story(client)
            book = await a_scored_book(client, 2)
            await jobs_are_done_once(client, url)
            await a_request_sent_to_both_has_one_effect(here, there)
            await a_revoked_key_ends_in_both(here, there, two)
            await an_accounts_events_are_in_the_order_of_its_changes(client, book[0])
        async with one.client(other.key) as here, two.client(other.key) as there:
            await each_counts_for_itself(here, there)
        assert balancer.failed == []
        for process in (first, second):
            assert '"level": "error"' not in process.said


async def jobs_are_done_once(client, url):
    """Runs that are asked for together are shared out, and each is done once."""
    done = await asyncio.gather(*(a_run(client, as_of=days_ago(number)) for number in range(RUNS)))
    assert len({run["run_id"] for run in done}) == RUNS
    async with owner(url) as everything:
        taken = await everything.fetch(_TAKEN)
    assert len(taken) > RUNS
    assert {row["times"] for row in taken} == {1}


_TAKEN = """SELECT job_id, count(*) AS times FROM pgqueuer_log
WHERE entrypoint = 'selection.run' AND status = 'successful' GROUP BY job_id"""


async def a_request_sent_to_both_has_one_effect(here, there):
    key = {"Idempotency-Key": "the same"}
    body = {"name": "Once"}
    answers = await asyncio.gather(
        *(client.post("/v1/accounts", json=body, headers=key) for client in (here, there) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    again = await there.post("/v1/accounts", json=body, headers=key)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert made == {again.json()["id"]}


async def a_revoked_key_ends_in_both(here, there, two):
    made = await ok(here.post("/v1/api-keys", json={"name": "short", "scopes": ["accounts:read"]}), 201)
    async with two.client(made["key"]) as short:
        assert (await short.get("/v1/me")).status_code == 200
        await ok(here.delete(f"/v1/api-keys/{made['id']}"), 204)
        assert (await short.get("/v1/me")).status_code == 401


async def an_accounts_events_are_in_the_order_of_its_changes(client, account):
    """Changed by one process after the other, given out by whichever worker."""
    await an_endpoint(client)
    path = f"/v1/accounts/{account['id']}/tier-overrides"
    for tier in TIERS:
        body = {"tier": tier, "reason": "the board's word", "until_on": "2199-01-01"}
        await ok(client.post(path, json=body), 201)

    async def told():
        events = (await ok(client.get("/v1/events", params={"limit": 200, "type": "tier_override.added"})))["data"]
        mine = [event for event in events if event["account_id"] == account["id"] and event["sequence"] is not None]
        return sorted(mine, key=lambda event: event["sequence"]) if len(mine) >= len(TIERS) else None

    events = await until(told)
    assert [event["data"]["tier"] for event in events][-len(TIERS) :] == list(TIERS)
    assert len({event["sequence"] for event in events}) == len(events)


async def each_counts_for_itself(here, there):
    """What a key has used up with one process is its due with another still, as the guide says."""
    answers = [await here.get("/v1/me") for _ in range(LIMIT + 1)]
    assert [answer.status_code for answer in answers] == [200] * LIMIT + [429]
    answer: httpx.Response = await there.get("/v1/me")
    assert answer.status_code == 200
