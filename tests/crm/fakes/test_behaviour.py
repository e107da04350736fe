"""The fake CRMs do what makes the real ones hard to follow: paging, deletes, merges, tokens, limits and faults."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.crm.fakes.dynamics import dynamics, expire_deltas
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.orchard import orchard
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce

LISTS = {
    salesforce: "/services/data/v60.0/query?q=SELECT Id FROM Account",
    hubspot: "/crm/v3/objects/companies?limit=2",
    pipedrive: "/api/v2/organizations?limit=2",
    dynamics: "/api/data/v9.2/accounts?$select=name",
    orchard: "/rest/companies?limit=2",
}
TOKENS = {
    salesforce: "/services/oauth2/token",
    hubspot: "/oauth/v1/token",
    pipedrive: "/oauth/token",
    dynamics: "/common/oauth2/v2.0/token",
}
every = pytest.mark.parametrize("make", LISTS, ids=lambda make: make.__name__)
with_tokens = pytest.mark.parametrize("make", TOKENS, ids=lambda make: make.__name__)


@every
def test_without_a_token_nobody_comes_in(make):
    fake = make()
    with serving(fake) as url:
        assert httpx.get(url + LISTS[make]).status_code == 401
    assert fake.paths() == [f"GET {LISTS[make].partition('?')[0]}"]


@every
def test_the_calls_of_a_day_come_to_an_end(make, asking):
    fake = make()
    fake.limits.daily_left = 1
    with asking(fake) as client:
        answers = [client.get(LISTS[make]).status_code for _ in range(2)]
    assert answers[0] == 200
    assert answers[1] in {403, 429}


@every
def test_faults_are_met_as_often_as_they_were_asked_for(make, asking):
    fake = make()
    fake.faults.next("status", status=503, times=2, retry_after="7")
    with asking(fake) as client:
        answers = [client.get(LISTS[make]) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["retry-after"] == "7"


def test_faults_are_met_only_where_they_were_asked_for(asking):
    fake = hubspot()
    fake.faults.next("html", on="/owners")
    with asking(fake) as client:
        assert client.get(LISTS[hubspot]).headers["content-type"] == "application/json"
        assert client.get("/crm/v3/owners").headers["content-type"].startswith("text/html")


def test_a_broken_answer_is_seen_as_one(asking):
    fake = hubspot()
    fake.faults.next("half")
    with asking(fake) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(LISTS[hubspot])
        assert client.get(LISTS[hubspot]).status_code == 200


def test_a_hanging_answer_does_not_come(asking):
    fake = hubspot()
    fake.faults.next("hang")
    with asking(fake) as client, pytest.raises(httpx.ReadTimeout):
        client.get(LISTS[hubspot], timeout=0.2)


@every
def test_a_looping_cursor_leads_to_itself(make, asking):
    fake = make(page_size=1)
    for name in ("Acme", "Other"):
        fake.add("account", name=name)
    fake.faults.next("loop", times=2)
    with asking(fake) as client:
        first = client.get(LISTS[make]).json()
        assert client.get(LISTS[make]).json().keys() == first.keys()


@with_tokens
def test_tokens_expire_and_are_renewed(make):
    fake = make()
    with serving(fake) as url:
        token = _token(url, make)
        assert _status(url, make, token) == 200
        fake.tokens.expire()
        assert _status(url, make, token) == 401
        assert _status(url, make, _token(url, make)) == 200
    assert fake.tokens.asked == 2


@with_tokens
def test_a_rotated_refresh_token_takes_the_place_of_the_old_one(make):
    fake = make()
    fake.tokens.rotate = True
    with serving(fake) as url:
        new = _asked(url, make).json()["refresh_token"]
        assert _asked(url, make).status_code == 400
        assert _asked(url, make, new).status_code == 200


@with_tokens
def test_a_revoked_grant_gives_no_token(make):
    fake = make()
    fake.tokens.revoked = True
    with serving(fake) as url:
        assert _asked(url, make).status_code == 400


def _asked(url, make, refresh="refresh-1"):
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    return httpx.post(url + TOKENS[make], data={**form, "client_id": "client", "client_secret": "client-secret"})


def _token(url, make):
    return _asked(url, make).json()["access_token"]


def _status(url, make, token):
    return httpx.get(url + LISTS[make], headers={"authorization": f"Bearer {token}"}).status_code


def test_hubspot_archives_without_moving_the_time_of_change(asking):
    fake = hubspot()
    gone, stays = fake.add("account", name="Gone"), fake.add("account", name="Stays")
    modified = fake.record("account", gone.id).modified_at
    fake.delete("account", gone.id)
    with asking(fake) as client:
        found = client.post("/crm/v3/objects/companies/search", json={}).json()["results"]
        archived = client.get("/crm/v3/objects/companies", params={"archived": "true"}).json()["results"]
    assert [one["id"] for one in found] == [stays.id]
    assert [one["id"] for one in archived] == [gone.id]
    assert fake.record("account", gone.id).modified_at == modified


def test_hubspot_leads_the_id_of_a_merged_company_to_the_one_that_is_left(asking):
    fake = hubspot()
    loser, survivor = fake.add("account", name="Loser").id, fake.add("account", name="Survivor").id
    deal = fake.add("opportunity", name="Widgets", account=loser).id
    fake.merge("account", loser, survivor)
    asked = {"inputs": [{"id": loser}], "properties": ["name", "hs_merged_object_ids"]}
    with asking(fake) as client:
        (found,) = client.post("/crm/v3/objects/companies/batch/read", json=asked).json()["results"]
    assert (found["id"], found["properties"]["hs_merged_object_ids"]) == (survivor, loser)
    assert fake.record("opportunity", deal).account == survivor


def test_hubspot_searches_end_after_ten_thousand_hits(asking):
    fake = hubspot()
    with asking(fake) as client:
        assert client.post("/crm/v3/objects/deals/search", json={"limit": 200, "after": "9800"}).status_code == 200
        assert client.post("/crm/v3/objects/deals/search", json={"limit": 200, "after": "9801"}).status_code == 400


def test_salesforce_shows_the_deleted_only_to_who_asks_for_all(asking):
    fake = salesforce()
    loser, survivor = fake.add("account", name="Loser").id, fake.add("account", name="Survivor").id
    deal = fake.add("opportunity", name="Widgets", account=loser).id
    fake.merge("account", loser, survivor)
    text = (
        "SELECT Id, IsDeleted, MasterRecordId FROM Account WHERE SystemModstamp >= 2020-01-01T00:00:00Z ORDER BY Name"
    )
    with asking(fake) as client:
        alive = client.get("/services/data/v60.0/query", params={"q": text}).json()["records"]
        every_one = client.get("/services/data/v60.0/queryAll", params={"q": text}).json()["records"]
    assert [one["Id"] for one in alive] == [survivor]
    assert [(one["Id"], one["IsDeleted"], one["MasterRecordId"]) for one in every_one] == [
        (loser, True, survivor),
        (survivor, False, None),
    ]
    assert fake.record("opportunity", deal).values["AccountId"] == survivor


def test_salesforce_understands_keysets(asking):
    fake = salesforce()
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    ids = [fake.add("account", name=f"Account {n}", at=at + timedelta(seconds=n // 2)).id for n in range(6)]
    text = (
        "SELECT Id FROM Account WHERE (SystemModstamp > 2026-05-04T12:00:01Z OR "
        f"(SystemModstamp = 2026-05-04T12:00:01.000Z AND Id > '{ids[2]}')) ORDER BY SystemModstamp ASC, Id LIMIT 2"
    )
    with asking(fake) as client:
        found = client.get("/services/data/v60.0/query", params={"q": text}).json()["records"]
    assert [one["Id"] for one in found] == ids[3:5]


def test_pipedrive_lists_nothing_deleted_unless_asked(asking):
    fake = pipedrive()
    gone, stays = fake.add("opportunity", name="Gone").id, fake.add("opportunity", name="Stays").id
    fake.delete("opportunity", gone)
    with asking(fake) as client:
        alive = client.get("/api/v2/deals").json()["data"]
        deleted = client.get("/api/v2/deals", params={"status": "deleted"}).json()["data"]
        one = client.get(f"/api/v2/deals/{gone}").json()["data"]
    assert [deal["id"] for deal in alive] == [int(stays)]
    assert [(deal["id"], deal["is_deleted"]) for deal in (*deleted, one)] == [(int(gone), True)] * 2


def test_dynamics_tells_what_changed_since_a_token_until_that_expires(asking):
    fake = dynamics()
    gone, stays = fake.add("account", name="Gone").id, fake.add("account", name="Stays").id
    with asking(fake, prefer="odata.track-changes") as client:
        delta = client.get("/api/data/v9.2/accounts?$select=name").json()["@odata.deltaLink"]
        fake.delete("account", gone)
        fake.update("account", stays, name="Still here")
        told = client.get(delta).json()
        expire_deltas(fake)
        expired = client.get(told["@odata.deltaLink"])
    assert [(one.get("reason"), one.get("name")) for one in told["value"]] == [("deleted", None), (None, "Still here")]
    assert expired.status_code == 410
    assert "full sync" in expired.json()["error"]["message"]


def test_dynamics_tracks_no_changes_of_what_is_filtered(asking):
    with asking(dynamics(), prefer="odata.track-changes") as client:
        answer = client.get("/api/data/v9.2/accounts", params={"$filter": "name eq 'Acme'"})
    assert answer.status_code == 400


def test_orchard_writes_what_it_can_of_a_batch(asking):
    fake = orchard(custom_fields={"kap_tier"})
    acme = fake.add("account", name="Acme").id
    updates = [{"id": acme, "fields": {"kap_tier": "A"}}, {"id": "company-99", "fields": {"kap_tier": "B"}}]
    with asking(fake) as client:
        results = client.patch("/rest/companies/batch", json={"updates": updates}).json()["results"]
    assert [one["ok"] for one in results] == [True, False]
    assert [change.values for change in fake.written()] == [{"kap_tier": "A"}]
