"""Every call that the Pipedrive connector makes is one that its OpenAPI document allows, as Prism judges."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.crm.client.crm import Crm
from tests.conftest import SHARED
from tests.crm.client.connected import a_connection, a_database, a_reach, speaking
from tests.crm.fakes.fake import serving
from tests.crm.ground import PIPEDRIVE
from tests.crm.prism import guarding, requests_only

DOCUMENT = SHARED / "fixtures" / "pipedrive-v2-openapi.yml"
PREFIX = "/api/v2"
KINDS = {"account": "organizations", "opportunity": "deals", "contact": "persons"}


@pytest.fixture(scope="module")
def document():
    if not DOCUMENT.exists():
        pytest.skip("Pipedrive's OpenAPI document is not here")
    return requests_only(DOCUMENT, PREFIX, tuple(KINDS.values()))


@pytest.fixture
def fake():
    made = PIPEDRIVE.made(page_size=2)
    for name in ("Acme", "Other", "Third"):
        account = made.add("account", name=name).id
        made.add("opportunity", name=f"{name}'s widgets", account=account, amount=10, status="open")
        made.add("contact", name="Ann Lee", email="ann@example.com", account=account)
    return made


@pytest.fixture
def guarded(document, fake, tmp_path):
    with serving(fake) as url, guarding(document, url, tmp_path) as address:
        yield address


async def test_all_calls_are_as_the_document_says(guarded, document, fake, settings, database_url):
    gone = fake.add("opportunity", name="Gone").id
    fake.delete("opportunity", gone)
    ids = {kind: [record.id for record in fake.store.alive(kind)] for kind in KINDS}
    async with a_database(database_url, settings) as database, a_reach(database, settings) as reach:
        crm = Crm(reach, speaking(await a_connection(database, "pipedrive", guarded)))
        since = datetime.now(UTC) - timedelta(days=1)
        for kind in ("account", "opportunity", "contact"):
            for which in ("page", "changed"):
                pages = [page async for page in crm.pages(kind, which, since=since)]
                assert [str(record["id"]) for page in pages for record in page.records] == ids[kind]
                assert len(pages) == 2
            assert set(await crm.some(kind, ids[kind])) == set(ids[kind])
            one = await crm.one(kind, ids[kind][0])
            assert one is not None
            assert str(one["id"]) == ids[kind][0]
        deleted = [page async for page in crm.pages("opportunity", "deleted", since=since)]
        assert [str(record["id"]) for page in deleted for record in page.records] == [gone]
        written = await crm.written([(ids["account"][0], {PIPEDRIVE.tier: "A", PIPEDRIVE.score: 61.25})])

    assert [wrote.ok for wrote in written] == [True]
    assert _unknown_parameters(document, fake) == []
    assert {path for path in fake.paths() if path.startswith("PATCH")} == {
        f"PATCH {PREFIX}/organizations/{ids['account'][0]}"
    }


def _unknown_parameters(document, fake):
    """The names in queries of which the document does not know: Prism lets them pass."""
    found = []
    for call in fake.calls:
        path = next(path for path in document["paths"] if _fits(path, call.path))
        known = {one["name"] for one in document["paths"][path][call.method.lower()].get("parameters", ())}
        found += [f"{call.path}: {name}" for name in call.query if name not in known]
    return found


def _fits(path, asked):
    parts, given = path.split("/"), asked.split("/")
    return len(parts) == len(given) and all(p.startswith("{") or p == g for p, g in zip(parts, given, strict=True))


async def test_calls_that_the_document_does_not_allow_are_refused(guarded, fake):
    calls = [
        ("GET", "/deals?limit=ten", None),
        ("GET", "/deals?sort_by=name", None),
        ("PATCH", "/organizations/1", {"name": 7}),
        ("GET", "/companies", None),
    ]
    async with httpx.AsyncClient(base_url=f"{guarded}{PREFIX}", headers={"x-api-token": "fixed-token"}) as client:
        answers = [(await client.request(method, path, json=body)).status_code for method, path, body in calls]

    assert answers == [422, 422, 422, 404]
    assert fake.calls == []
