"""People of the customer are invited one by one, each with a token that is shown once, ends, and can be revoked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, CONTACTS
from tests.asking import a_person, ok, own_client
from tests.calibration.guests import THEIRS, a_talk, guest_of, invited
from tests.planning.ground import a_contact
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_a_contact_of_the_account_is_invited_and_the_token_is_shown_once(client):
    talk = await a_talk(client)
    contact = await a_contact(client, talk.account, "Grace Hopper", email="grace@customer.example")
    here = f"{talk.url}/invitations"

    made = await client.post(
        here, json={"contact_id": contact, "user_id": talk.user}, headers={"Idempotency-Key": "once"}
    )
    again = await client.post(
        here, json={"contact_id": contact, "user_id": talk.user}, headers={"Idempotency-Key": "once"}
    )

    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    new = made.json()
    token = new.pop("token")
    assert token.startswith(f"kap_guest_{new['public_id']}_")
    read = await ok(client.get(made.headers["location"]))
    assert read == new
    expected = {"contact_id": contact, "name": "Grace Hopper", "email": "grace@customer.example", "state": "open"}
    assert {name: read[name] for name in expected} == expected
    ends = datetime.fromisoformat(read["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89) < ends <= timedelta(days=90)
    listed = await ok(client.get(here, params={"limit": 1}))
    assert listed["data"] == [read]
    assert (await ok(client.get(here, params={"cursor": listed["next_cursor"]})))["data"][0]["name"] == "Grace"
    assert token not in str(await ok(client.get("/v1/events", params={"subject_id": talk.id})))


async def test_a_revoked_invitation_stops_at_once_and_what_was_said_by_it_stays(client):
    talk = await a_talk(client)
    await talk.guest_saves()
    here = f"{talk.url}/invitations/{talk.invitation['id']}"
    used = await ok(client.get(here))
    assert used["last_used_at"] is not None

    for _ in range(2):
        await ok(client.delete(here), 204)

    assert (await ok(talk.guest.get(THEIRS), 401))["code"] == "invitation_not_valid"
    after = await ok(client.get(here))
    assert (after["state"], after["revoked_at"] is not None) == ("revoked", True)
    told = await ok(client.get("/v1/events", params={"subject_id": talk.id, "type": "invitation.revoked"}))
    assert [event["data"]["invitation_id"] for event in told["data"]] == [after["id"]]
    assert (await ok((await talk.another_guest()).get(f"{THEIRS}/submission")))["document"] is not None


async def test_who_has_left_the_customer_is_let_in_no_more_and_again_once_they_are_back(client):
    talk, elsewhere = await a_talk(client), await a_talk(client, "Elsewhere")
    contact = await a_contact(client, talk.account, "Grace Hopper")
    made = await invited(client, talk.id, talk.user, contact_id=contact)
    grace, here = guest_of(client, made["token"]), f"{talk.url}/invitations/{made['id']}"
    seen = await ok(grace.get(THEIRS))
    assert [(one["name"], one["state"]) for one in seen["guests"]] == [("Grace", "open"), ("Grace", "open")]

    there = f"/v1/contacts/{contact}"
    for gone in ({"active": False}, {"active": True, "account": elsewhere.account["id"]}):
        await ok(client.patch(there, json=gone))
        assert (await ok(grace.get(THEIRS), 401))["code"] == "invitation_not_valid"
        assert (await ok(client.get(here)))["state"] == "left"
        people = (await ok(client.get(talk.url)))["people"]["customer"]
        assert [one["admitted"] for one in people] == [True, False]
        assert [one["state"] for one in (await ok(talk.guest.get(THEIRS)))["guests"]] == ["open", "left"]
    await ok(client.patch(there, json={"account": talk.account["id"]}))
    assert (await ok(grace.get(THEIRS)))["id"] == talk.id


async def test_whose_account_or_own_record_was_merged_is_still_let_in(client, database, tenant):
    talk, survivor = await a_talk(client), await an_account(client, "Survivor")
    contact, twin = await a_contact(client, talk.account, "Grace"), await a_contact(client, survivor, "G. Hopper")
    grace = guest_of(client, (await invited(client, talk.id, talk.user, contact_id=contact))["token"])

    for kind, loser, into in ((ACCOUNTS, talk.account["id"], survivor["id"]), (CONTACTS, contact, twin)):
        async with database.transaction(tenant.id) as connection:
            await accounts.merge(connection, tenant.id, kind, UUID(loser), UUID(into))
        assert (await ok(grace.get(THEIRS)))["id"] == talk.id
    await ok(client.patch(f"/v1/contacts/{twin}", json={"active": False}))
    await ok(grace.get(THEIRS), 401)


async def test_who_cannot_be_invited_is_refused(app, client, other_client):
    talk = await a_talk(client)
    elsewhere = await a_talk(client, "Elsewhere")
    stranger = await a_contact(client, elsewhere.account)
    gone = await a_contact(client, talk.account, active=False)
    here, now = f"{talk.url}/invitations", datetime.now(UTC)
    body = {"name": "Grace", "user_id": talk.user}

    for wrong, pointer in (
        ({"user_id": talk.user}, "/name"),
        ({**body, "contact_id": stranger}, "/contact_id"),
        ({**body, "contact_id": gone}, "/contact_id"),
        ({**body, "contact_id": NOBODY}, "/contact_id"),
        ({**body, "expires_at": now.isoformat()}, "/expires_at"),
        ({**body, "expires_at": (now + timedelta(days=367)).isoformat()}, "/expires_at"),
        ({"name": "Grace"}, "/user_id"),
        ({**body, "name": ""}, "/name"),
    ):
        refused = await ok(client.post(here, json=wrong), 422)
        assert [problem["pointer"] for problem in refused["errors"]] == [pointer]

    own = await own_client(app, client, await a_person(client, "sales", "Eve"), ["calibration:*"])
    assert (await ok(own.post(here, json=body), 403))["code"] == "speaks_for_another"
    for path in (here, f"{here}/{talk.invitation['id']}"):
        await ok(other_client.get(path), 404)
    await ok(client.get(f"{elsewhere.url}/invitations/{talk.invitation['id']}"), 404)
    await ok(client.delete(f"{elsewhere.url}/invitations/{talk.invitation['id']}"), 404)
    await ok(talk.guest.get(THEIRS))
    await end(talk)
    assert (await ok(client.post(here, json=body), 409))["code"] == "not_in_step"


async def end(talk):
    current = await talk.client.get(talk.url)
    body = {"reason": "Their board has changed", "user_id": talk.user}
    await ok(talk.client.post(f"{talk.url}/end", json=body, headers={"If-Match": current.headers["etag"]}))


async def test_an_invitation_opens_its_own_calibration_alone(client, other_client):
    """Whatever the guests do, neither another calibration of the organization nor another organization moves."""
    talk, beside, foreign = await a_talk(client), await a_talk(client, "Beside"), await a_talk(other_client, "Foreign")
    await beside.saves()
    before = [await beside.submissions(), await foreign.submissions()]

    await talk.guest_saves()
    await talk.guest_seals()

    assert [await beside.submissions(), await foreign.submissions()] == before
    for each in (talk, beside, foreign):
        assert (await ok(each.guest.get(THEIRS)))["id"] == each.id
    second = guest_of(client, (await invited(client, talk.id, talk.user, name="Alan"))["token"])
    assert (await ok(second.get(THEIRS)))["sides"][1]["sealed"]
