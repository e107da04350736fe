"""What a CRM says, and what opens it, is in no log, no problem and no reason, whatever goes wrong."""

import io
from datetime import timedelta

import pytest

from app.infra import logs
from tests.crm.fakes.fake import serving
from tests.crm.ground import HUBSPOT, connected
from tests.crm.service.ground import a_ground
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, tenant

__all__ = ["anyone", "app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP
CANARY = "canary-83c1f0ab"
SHOWN_BY_ALL = (
    "/v1/crm/connections", "/v1/crm/events", "/v1/crm/records", "/v1/crm/syncs", "/v1/jobs", "/v1/events"
)  # fmt: skip


@pytest.fixture
def logged():
    stream = io.BytesIO()
    logs.configure("debug", stream)
    return lambda: stream.getvalue().decode()


async def everything_shown(client):
    answers = [await client.get(path) for path in SHOWN_BY_ALL]
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(answer.text for answer in answers)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 400},
        {"kind": "status", "status": 403},
        {"kind": "status", "status": 404},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429, "retry_after": "600"},
        {"kind": "status", "status": 200},
        {"kind": "redirect", "to": f"http://127.0.0.1:9/{CANARY}"},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}",
)
async def test_what_a_crm_says_when_it_fails_is_repeated_nowhere(
    database, tenant, client, anyone, settings, logged, fault
):
    told = {**fault, "times": 10_000, "on": "/crm/"}
    async with a_ground(HUBSPOT.made(), database, tenant, anyone, settings) as ground:
        deal = ground.fake.add("opportunity", name="Deal", amount="1")
        await ground.tell(deal)
        body = f'{{"message": "{CANARY}", "results": "{CANARY}"}}'.encode()
        ground.fake.faults.next(told.pop("kind"), body=body, **told)
        await ground.drain()
        ground.ahead += timedelta(hours=1)  # past every rest
        await ground.start()
        (job,) = await ground.rows("SELECT id FROM jobs WHERE kind = 'crm.sync'")
        await ground.work(job["id"], tries=5)
        tested = await client.post(f"/v1/crm/connections/{ground.id}/test")
        shown = await everything_shown(client)

    assert len(ground.fake.faults.met) > 1
    assert CANARY not in shown + tested.text
    assert CANARY not in logged()
    assert "fixed-token" not in shown + logged()


@pytest.mark.parametrize(
    "raw",
    [{"amount": CANARY}, {"dealname": CANARY * 100}, {"closedate": CANARY, "hs_is_closed": "true"}],
    ids="+".join,
)
async def test_a_record_that_cannot_be_read_is_not_repeated_in_the_reason(
    database, tenant, client, anyone, settings, logged, raw
):
    async with a_ground(HUBSPOT.made(), database, tenant, anyone, settings) as ground:
        deal = ground.fake.add("opportunity", name="Deal", amount="1", raw=raw)
        await ground.hear("opportunity", deal.id)
        await ground.drain()
        await ground.sync()
        shown = await everything_shown(client)

    assert '"quarantined"' in shown
    assert CANARY not in shown
    assert CANARY not in logged()


async def test_tokens_that_a_crm_gives_are_in_no_log_and_no_answer(client, logged):
    fake = HUBSPOT.made()
    credentials = {
        "kind": "refresh_token", "client_id": "client", "client_secret": "client-secret", "refresh_token": "refresh-1",
    }  # fmt: skip
    fake.tokens.rotate = True
    with serving(fake):
        link = await connected(client, HUBSPOT, fake, credentials=credentials)
        answers = [await client.post(link.address("test"))]
        fake.tokens.revoked = True
        fake.tokens.expire()
        answers.append(await client.post(link.address("test")))
        shown = "".join(answer.text for answer in answers) + await everything_shown(client)

    assert [answer.json()["ok"] for answer in answers] == [True, False]
    seen = {call.token for call in fake.calls if call.token}
    assert seen
    for secret in {*seen, *fake.tokens.refresh, "refresh-1", "client-secret"}:
        assert secret not in shown + logged()
