"""What a CRM delivers is believed only with a good signature, secret or key: the named cases of who may deliver.

The numbers are those of the named cases in the design's list of faults.
"""

import asyncio
import base64
import json
from datetime import timedelta

import httpx
import pytest

from app.crm.service import connecting
from app.infra import logs
from tests.conftest import a_tenant, client_of
from tests.crm.delivering import (
    PUBLIC_URL,
    SECRET,
    SETUP,
    a_change,
    an_inlet,
    changed,
    hubspot,
    kept,
    nothing_is_kept,
    standard,
)
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_case_1_a_bad_signature_is_refused_and_leaves_nothing(database, tenant, anyone):
    inlet = await an_inlet(database, tenant)

    answer = await hubspot(inlet, [a_change(1)], secret="another").by(anyone)

    assert (answer.status_code, answer.json()["code"]) == (401, "untrusted_delivery")
    assert SECRET not in answer.text
    assert await nothing_is_kept(database, inlet)


async def test_case_2_a_signature_over_the_same_json_written_otherwise_is_refused(database, tenant, anyone):
    inlet = await an_inlet(database, tenant)
    sent = hubspot(inlet, [a_change(1)])
    sent.body = json.dumps(json.loads(sent.body), separators=(",", ":")).encode()

    assert (await sent.by(anyone)).status_code == 401
    assert await nothing_is_kept(database, inlet)


@pytest.mark.parametrize(
    ("age_seconds", "status"),
    [
        pytest.param(301.5, 401, id="case 3: 301 s old"),
        pytest.param(297, 202, id="case 3: 299 s old, less the time this test takes"),
        pytest.param(-303, 401, id="case 4: 301 s ahead, and the time this test takes"),
        pytest.param(-297, 202, id="case 4: within the tolerance"),
    ],
)
async def test_cases_3_and_4_a_delivery_is_good_for_five_minutes(database, tenant, anyone, age_seconds, status):
    inlet = await an_inlet(database, tenant, "push")
    told = {"type": "account.created", "data": {"external_id": "A-1", "name": "Acme"}}

    assert (await standard(inlet, told, age_seconds=age_seconds).by(anyone)).status_code == status


@pytest.mark.parametrize("timestamp", ["nan", "1e400", "", "-1", "0x10", " ", "1" * 400])
async def test_case_5_a_timestamp_that_is_none_is_refused(database, tenant, anyone, timestamp):
    inlet = await an_inlet(database, tenant, "push")

    answer = await standard(inlet, [], timestamp=timestamp).by(anyone)

    assert answer.status_code == 401


async def test_case_5_two_timestamps_or_two_signatures_are_refused(database, tenant, anyone):
    inlet = await an_inlet(database, tenant, "push")
    sent = standard(inlet, [])

    for name in ("webhook-timestamp", "webhook-signature"):
        twice = [*sent.headers.items(), (name, sent.headers[name])]
        answer = await anyone.post(sent.path, content=sent.body, headers=twice)
        assert answer.status_code == 401, name


async def test_case_6_signatures_that_are_none_are_refused(database, tenant, anyone):
    inlet = await an_inlet(database, tenant, "push")
    sent = standard(inlet, [])
    good = sent.headers["webhook-signature"]

    for spoilt in (good.replace(",", "").encode(), "v1,§§".encode(), b"v1,", b"", b" ".join([b"v1,AAAA"] * 100)):
        shown = {name.encode(): value.encode() for name, value in sent.headers.items()} | {b"webhook-signature": spoilt}
        answer = await anyone.post(sent.path, content=sent.body, headers=shown)
        assert answer.status_code == 401, spoilt
    large = {**sent.headers, "webhook-signature": "v1," + "A" * 1_000_000}
    assert (await anyone.post(sent.path, content=sent.body, headers=large)).status_code == 431


async def test_case_7_an_old_secret_is_good_within_its_overlap_and_not_after(database, tenant, anyone):
    inlet = await an_inlet(database, tenant)
    assert (await hubspot(inlet, [a_change(1)]).by(anyone)).status_code == 202

    async with database.transaction(tenant.id) as db:
        await connecting.rotate(db, SETUP, tenant.id, inlet.id, "new secret", overlap=timedelta(hours=1))
    within = [
        await hubspot(inlet, [a_change(2)]).by(anyone),
        await hubspot(inlet, [a_change(3)], secret="new secret").by(anyone),
    ]
    async with database.transaction(tenant.id) as db:
        await connecting.rotate(db, SETUP, tenant.id, inlet.id, "newest secret", overlap=timedelta(0))
    after = [
        await hubspot(inlet, [a_change(4)]).by(anyone),
        await hubspot(inlet, [a_change(5)], secret="new secret").by(anyone),
        await hubspot(inlet, [a_change(6)], secret="newest secret").by(anyone),
    ]

    assert [answer.status_code for answer in within] == [202, 202]
    assert [answer.status_code for answer in after] == [401, 401, 202]
    assert [event["external_id"] for event in await kept(database, inlet)] == ["1", "2", "3", "6"]


async def test_case_7_a_large_delivery_with_a_secret_that_is_new_to_this_process_is_taken(database, tenant, anyone):
    inlet = await an_inlet(database, tenant)
    assert (await hubspot(inlet, [a_change(1)]).by(anyone)).status_code == 202
    async with database.transaction(tenant.id) as db:
        await connecting.rotate(db, SETUP, tenant.id, inlet.id, "new secret", overlap=timedelta(0))
    large = [a_change(2, propertyValue="x" * 300_000)]

    assert (await hubspot(inlet, large).by(anyone)).status_code == 401
    assert (await hubspot(inlet, large, secret="new secret").by(anyone)).status_code == 202


async def test_good_deliveries_that_come_with_bad_ones_are_taken(database, tenant, anyone):
    inlet = await an_inlet(database, tenant)
    good = [hubspot(inlet, [a_change(number)]) for number in range(10)]
    bad = [hubspot(inlet, [a_change(99)], secret="another") for _ in range(10)]
    unreadable = [hubspot(inlet, b"{") for _ in range(10)]

    together = [sent.by(anyone) for three in zip(good, bad, unreadable, strict=True) for sent in three]
    statuses = [answer.status_code for answer in await asyncio.gather(*together)]

    assert statuses == [202, 401, 400] * 10
    assert sorted(int(event["external_id"]) for event in await kept(database, inlet)) == list(range(10))


async def test_case_8_the_right_signature_at_another_organizations_address_is_refused(database, tenant, anyone):
    other = await a_tenant(database)
    mine, theirs = await an_inlet(database, tenant), await an_inlet(database, other)
    async with database.transaction(other.id) as db:
        await connecting.rotate(db, SETUP, other.id, theirs.id, "their own secret", overlap=timedelta(0))

    sent = hubspot(mine, [a_change(1)])
    sent.path = theirs.path

    assert (await sent.by(anyone)).status_code == 401
    assert await nothing_is_kept(database, theirs)
    assert await nothing_is_kept(database, mine)


async def test_case_27_pipedrive_without_its_user_and_password_is_refused(database, tenant, anyone):
    inlet = await an_inlet(database, tenant, "pipedrive")
    told = {"meta": {"id": "m", "entity": "deal", "entity_id": "9", "action": "change"}, "data": {"id": 9}}
    right = "Basic " + base64.b64encode(inlet.secret.encode()).decode()
    wrong = "Basic " + base64.b64encode(b"kap:wrong").decode()

    answers = {shown: await anyone.post(inlet.path, json=told, headers=header(shown)) for shown in (None, wrong, right)}

    assert [answer.status_code for answer in answers.values()] == [401, 401, 202]
    assert answers[None].headers["www-authenticate"]
    assert [event["external_id"] for event in await kept(database, inlet)] == ["9"]


def header(authorization):
    return {} if authorization is None else {"authorization": authorization}


class Lines:
    """What is logged while the block lasts."""

    def __init__(self, tmp_path):
        self.path = tmp_path / "log"

    def __enter__(self):
        self.stream = self.path.open("wb")
        logs.configure("debug", self.stream)
        return self

    def __exit__(self, *_):
        logs.configure("error")  # as long as the file is not there any more
        self.stream.close()
        self.text = self.path.read_text()


@pytest.mark.parametrize("secret", [SECRET, "canary-of-somebody-else"])
async def test_case_28_a_secret_in_the_address_is_in_no_log_and_no_answer(database, tenant, anyone, tmp_path, secret):
    dynamics = await an_inlet(database, tenant, "dynamics", signature="code", variables={"directory_id": "d"})
    salesforce = await an_inlet(database, tenant, "salesforce", source="sf")
    told = {"PrimaryEntityName": "opportunity", "PrimaryEntityId": "7", "MessageName": "Update"}

    with Lines(tmp_path) as lines:
        answers = [
            await anyone.post(dynamics.path, params={"code": secret}, json=told),
            await anyone.post(f"{salesforce.path}/{secret}", json={"object": "Account", "id": "001000000000001"}),
            await anyone.post(f"{salesforce.path}/{secret}", content=b"<"),
        ]

    wanted = [[202, 200, 400], [401, 401, 401]][secret != SECRET]
    assert [answer.status_code for answer in answers] == wanted
    assert '"route":"/v1/crm/webhooks/{connection_id}/{secret}"' in lines.text
    assert secret not in lines.text + "".join(answer.text for answer in answers)


async def test_what_another_process_changes_of_a_connection_counts_at_once(database, tenant, anyone):
    inlet = await an_inlet(database, tenant)
    assert (await hubspot(inlet, [a_change(1)]).by(anyone)).status_code == 202

    await changed(database, inlet, f'settings = settings || \'{{"public_url": "{PUBLIC_URL}/moved"}}\'')

    assert (await hubspot(inlet, [a_change(2)]).by(anyone)).status_code == 401


async def test_whom_a_request_says_it_asks_is_not_believed(database, tenant, app):
    inlet = await an_inlet(database, tenant)
    sent = hubspot(inlet, [a_change(1)])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    forwarded = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}

    async with httpx.AsyncClient(transport=transport, base_url="http://evil.example") as stranger:
        answer = await stranger.post(sent.path, content=sent.body, headers={**sent.headers, **forwarded})

    assert answer.status_code == 202


PUSHED = {"events": [{"object": "account", "external_id": "A-1", "data": {"name": "Acme"}}]}


class TestPush:
    @pytest.mark.parametrize(
        ("scopes", "status"), [(["crm:write"], 202), (["admin"], 202), (["crm:read"], 403), (["accounts:*"], 403)]
    )
    async def test_a_key_that_may_write_will_do(self, database, client, tenant, anyone, scopes, status):
        inlet = await an_inlet(database, tenant, "push")
        key = (await client.post("/v1/api-keys", json={"name": "k", "scopes": scopes})).json()["key"]

        answer = await anyone.post(inlet.path, json=PUSHED, headers={"authorization": f"Bearer {key}"})

        assert answer.status_code == status
        assert len(await kept(database, inlet)) == (status == 202)

    async def test_its_records_are_kept_with_the_events(self, database, tenant, anyone):
        inlet = await an_inlet(database, tenant, "push")

        assert (await standard(inlet, PUSHED).by(anyone)).status_code == 202

        (event,) = await kept(database, inlet)
        assert event["detail"]["data"]["name"] == "Acme"
        assert [hint["external_id"] for hint in await kept(database, inlet, "crm_hints")] == ["A-1"]

    async def test_a_key_of_another_organization_finds_no_connection(self, database, tenant, other_tenant, app):
        inlet = await an_inlet(database, tenant, "push")

        async with client_of(app, other_tenant) as stranger:
            answer = await stranger.post(inlet.path, json=PUSHED)

        assert answer.status_code == 404
        assert await nothing_is_kept(database, inlet)

    async def test_a_key_does_not_vouch_for_what_a_crm_signs(self, database, tenant, client):
        inlet = await an_inlet(database, tenant, "hubspot")

        assert (await client.post(inlet.path, json=[a_change(1)])).status_code == 401

    async def test_a_key_that_is_none_is_refused(self, database, tenant, anyone):
        inlet = await an_inlet(database, tenant, "push")

        answer = await anyone.post(inlet.path, json=PUSHED, headers={"authorization": "Bearer kap_live_x"})

        assert answer.status_code == 401
