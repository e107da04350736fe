"""Records as the client reads and writes them, alike for every CRM that ships."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from app.crm.client.crm import Crm, PageRead
from app.crm.client.failures import CrmBusy, CrmLies, CrmRefuses, DeltaExpired
from app.crm.core.paths import read
from app.crm.core.spec import Limits
from tests.crm.client.connected import CLIENT, FIXED, a_connection, a_database, a_reach, row_of, speaking
from tests.crm.fakes.dynamics import dynamics, expire_deltas
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce

TENTH = Limits(
    daily_header="Sforce-Limit-Info", daily_pattern=r"api-usage=(?P<used>\d+)/(?P<limit>\d+)", daily_keep_share=0.1
)
FAKES = {"salesforce": salesforce, "hubspot": hubspot, "pipedrive": pipedrive, "dynamics": dynamics}
DAY = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def pool(database_url, settings):
    async with a_database(database_url, settings) as made:
        yield made


@pytest.fixture
async def reach(pool, settings):
    async with a_reach(pool, settings) as made:
        yield made


@pytest.fixture(params=sorted(FAKES))
def fake(request):
    made = FAKES[request.param](page_size=3)
    with serving(made):
        yield made


async def connection_to(pool, fake, **told):
    """A connection with the credentials that this CRM takes; its pages are small."""
    provider = fake.dialect.provider
    kind, credentials = "token", FIXED
    if provider in {"salesforce", "dynamics"}:
        kind, credentials = "client_credentials", dict(CLIENT)
    if provider == "dynamics":
        credentials["token_url"] = f"{fake.url}/directory/oauth2/v2.0/token"
    made = await a_connection(pool, provider, fake.url, auth_kind=kind, credentials=credentials)
    return speaking(made, **told)


async def client_of(reach, fake, **told) -> Crm:
    return Crm(reach, await connection_to(reach.database, fake, **told))


def ids_in(crm_connection, object_name, records):
    rules = crm_connection.spec.objects[object_name]
    return [str(read(rules.id, record)) for record in records]


def value(connection, object_name, name, record):
    return read(connection.spec.objects[object_name].fields[name], record)


def absent_id(like: str) -> str:
    """An id of the same form that no record has."""
    return like[:-4] + ("9999" if like[-4:] != "9999" else "8888")


async def all_of(crm, connection, object_name, which, **told):
    pages = [page async for page in crm.pages(object_name, which, **told)]
    assert pages[-1].resume is None
    return ids_in(connection, object_name, [record for page in pages for record in page.records])


async def test_one_record_is_read_by_its_id(reach, fake):
    account = fake.add("account", name="Acme", at=DAY).id
    deal = fake.add("opportunity", name="Big deal", amount=1250.5, account=account, at=DAY).id
    connection = await connection_to(reach.database, fake)
    crm = Crm(reach, connection)

    found = await crm.one("opportunity", deal)

    assert ids_in(connection, "opportunity", [found]) == [deal]
    assert value(connection, "opportunity", "name", found) == "Big deal"
    assert float(value(connection, "opportunity", "amount", found)) == 1250.5
    assert value(connection, "opportunity", "account", found) == account


@pytest.mark.parametrize("record_id", ["4711", "x' OR Id LIKE '%", "../users/me", "..", "", "a\\", "%2e%2e", "a/b?c=d"])
async def test_a_record_that_is_not_there_is_none_whatever_its_id(reach, fake, record_id):
    fake.add("opportunity", name="Other", at=DAY)
    crm = await client_of(reach, fake)

    with suppress(CrmRefuses):  # some say that it is no id
        assert await crm.one("opportunity", record_id) is None

    assert not any("users" in path for path in fake.paths())


async def test_some_records_are_read_in_few_calls_and_the_rest_are_absent(reach, fake):
    ids = [fake.add("account", name=f"Account {number}", at=DAY).id for number in range(3)]
    missing = absent_id(ids[0])
    crm = await client_of(reach, fake)

    found = await crm.some("account", [*ids, missing, ids[0]])

    assert set(found) == set(ids)
    assert len([path for path in fake.paths() if "currencies" not in path]) == 1


@pytest.mark.parametrize("count", [0, 1, 3, 7])
async def test_all_records_are_read_page_by_page(reach, fake, count):
    ids = [
        fake.add("account", name=f"Account {number}", at=DAY + timedelta(seconds=number)).id for number in range(count)
    ]
    connection = await connection_to(reach.database, fake)

    assert sorted(await all_of(Crm(reach, connection), connection, "account", "page")) == sorted(ids)


async def test_a_read_goes_on_where_it_was_left(reach, fake):
    ids = [fake.add("account", name=f"Account {number}", at=DAY).id for number in range(7)]
    connection = await connection_to(reach.database, fake)
    first = await anext(Crm(reach, connection).pages("account", "page"))

    rest = await all_of(Crm(reach, connection), connection, "account", "page", resume=first.resume)

    assert sorted(ids_in(connection, "account", first.records) + rest) == sorted(ids)


async def test_what_changed_since_is_read(reach, fake):
    old = fake.add("account", name="Old", at=DAY - timedelta(days=2)).id
    touched = fake.add("account", name="Touched", at=DAY - timedelta(days=2)).id
    fake.update("account", touched, name="Touched again", at=DAY)
    new = fake.add("account", name="New", at=DAY + timedelta(seconds=5)).id
    connection = await connection_to(reach.database, fake)

    found = await all_of(Crm(reach, connection), connection, "account", "changed", since=DAY)

    assert set(found) == {touched, new}
    assert old not in found


async def test_many_changes_in_one_instant_neither_loop_nor_are_left_out(reach, fake):
    ids = {fake.add("account", name=f"Account {number}", at=DAY).id for number in range(11)}
    later = fake.add("account", name="Later", at=DAY + timedelta(seconds=1)).id
    connection = await connection_to(reach.database, fake)

    found = await all_of(Crm(reach, connection), connection, "account", "changed", since=DAY)

    assert set(found) == ids | {later}


async def test_deleted_deals_are_found_among_the_changed_or_the_deleted(reach, fake):
    kept, gone = (fake.add("opportunity", name=name, at=DAY).id for name in ("Kept", "Gone"))
    connection = await connection_to(reach.database, fake)
    crm = Crm(reach, connection)
    delta = [page async for page in crm.pages("opportunity", "page")][-1].delta
    fake.delete("opportunity", gone, at=DAY + timedelta(hours=1))

    records = [
        record
        for which in ("changed", "deleted")
        async for page in crm.pages("opportunity", which, since=DAY, delta=delta if which == "changed" else None)
        for record in page.records
    ]

    rules = connection.spec.objects["opportunity"]
    told_gone = {str(read(rules.id, record)) for record in records if rules.gone and read(rules.gone, record)}
    assert told_gone == {gone}
    assert kept not in told_gone


async def test_a_harmless_call_tells_that_all_is_well(reach, fake):
    tested = await (await client_of(reach, fake)).tested()
    assert (tested.ok, tested.reason) == (True, None)
    assert tested.ms > 0


async def test_a_harmless_call_tells_why_it_failed_and_does_not_wait(reach, fake):
    crm = await client_of(reach, fake)
    await crm.tested()
    fake.faults.next("status", status=429, retry_after="30", times=5)

    tested = await crm.tested()

    assert not tested.ok
    assert "asked too often" in str(tested.reason)


async def test_a_delta_tells_what_changed_and_what_is_gone(reach):
    fake = dynamics(page_size=3)
    with serving(fake):
        ids = [fake.add("account", name=f"Account {number}", at=DAY).id for number in range(5)]
        connection = await connection_to(reach.database, fake)
        crm = Crm(reach, connection)
        delta = [page async for page in crm.pages("account", "page")][-1].delta
        assert str(delta).startswith("/")  # no host: it is asked of the CRM's own
        fake.delete("account", ids[0])
        fake.update("account", ids[1], name="Other")

        pages = [page async for page in crm.pages("account", "changed", delta=delta)]

        assert set(ids_in(connection, "account", [r for page in pages for r in page.records])) == {ids[0], ids[1]}
        assert pages[-1].delta not in {None, delta}

        expire_deltas(fake)
        with pytest.raises(DeltaExpired):
            [page async for page in crm.pages("account", "changed", delta=delta)]


async def test_case_41_a_next_page_on_another_host_is_not_read_and_the_token_stays(reach):
    elsewhere, fake = dynamics(), dynamics()
    with serving(fake), serving(elsewhere):
        crm = await client_of(reach, fake)
        await crm.tested()
        link = f'{{"value": [], "@odata.nextLink": "{elsewhere.url}/api/data/v9.2/accounts?page=2"}}'
        fake.faults.next("status", status=200, body=link.encode(), on="/accounts")

        with pytest.raises(CrmLies, match="another host"):
            await anext(crm.pages("account", "page"))

    assert elsewhere.calls == []


async def test_a_search_budget_that_is_used_up_is_waited_for(reach):
    fake = hubspot(page_size=3)
    fake.limits.search_per_second = 5
    ids = [fake.add("account", name="Account", at=DAY).id for _ in range(40)]
    with serving(fake):
        connection = await connection_to(reach.database, fake)
        found = await all_of(Crm(reach, connection), connection, "account", "page")

    assert found == ids


async def test_an_answer_without_records_where_they_should_be_is_not_taken_for_an_empty_one(reach):
    fake = hubspot()
    with serving(fake):
        crm = await client_of(reach, fake)
        fake.faults.next("status", status=200, body=b'{"message": "try the other endpoint"}')

        with pytest.raises(CrmLies, match="no records"):
            await anext(crm.pages("account", "page"))


async def read_until_stopped(pages) -> tuple[list[PageRead], CrmBusy | None]:
    """The pages that came before the CRM was to be left alone."""
    found: list[PageRead] = []
    try:
        async for page in pages:
            found.append(page)  # noqa: PERF401  # those before the failure count
    except CrmBusy as busy:
        return found, busy
    return found, None


async def test_case_44_a_day_whose_calls_are_used_up_ends_the_work_until_the_next_and_is_visible(pool, settings):
    fake = salesforce(page_size=3)
    fake.limits.daily, fake.limits.daily_left = 100, 13
    for number in range(30):
        fake.add("account", name=f"Account {number}", at=DAY)
    with serving(fake):
        connection = await connection_to(pool, fake, limits=TENTH)
        async with a_reach(pool, settings) as own:
            before, busy = await read_until_stopped(Crm(own, connection).pages("account", "page"))
        assert busy is not None
        assert (busy.for_the_day, len(before)) == (True, 3)
        assert (busy.until.hour, busy.until.minute) == (0, 0)
        row = await row_of(pool, connection)
        assert (row["quota_left"], row["quota_resets_at"]) == (10, busy.until)

        fake.limits.daily_left = 100  # the next day
        async with a_reach(pool, settings, now=lambda: busy.until + timedelta(minutes=1)) as tomorrow:
            pages = Crm(tomorrow, connection).pages("account", "page", resume=before[-1].resume)
            after, _ = await read_until_stopped(pages)

    assert sum(len(page.records) for page in [*before, *after]) == 30
    assert (await row_of(pool, connection))["quota_resets_at"] is None


async def test_case_44_another_process_does_not_call_either(pool, settings):
    fake = salesforce()
    fake.limits.daily, fake.limits.daily_left = 100, 11
    with serving(fake):
        connection = await connection_to(pool, fake, limits=TENTH)
        async with a_reach(pool, settings) as own:
            assert (await Crm(own, connection).tested()).calls_left == 10
        calls = len(fake.calls)
        async with a_reach(pool, settings) as another:
            with pytest.raises(CrmBusy):
                await Crm(another, connection).one("account", "1")

    assert len(fake.calls) == calls


async def test_a_crm_that_says_that_the_day_is_over_is_left_alone_until_the_next(reach):
    fake = salesforce()
    fake.limits.daily_left = 0
    with serving(fake):
        limits = Limits(daily_words=("REQUEST_LIMIT_EXCEEDED",))
        connection = await connection_to(reach.database, fake, limits=limits)
        with pytest.raises(CrmBusy) as busy:
            await Crm(reach, connection).one("account", "1")

    assert busy.value.for_the_day
    assert (await row_of(reach.database, connection))["quota_left"] == 0


FIELDS = {
    "salesforce": ("Tier__c", "Score__c"),
    "hubspot": ("kap_tier", "kap_score"),
    "pipedrive": ("a" * 40, "b" * 40),
    "dynamics": ("new_tier", "new_score"),
}


async def test_fields_are_written_and_the_result_of_each_record_is_told(reach, fake):
    tier, score = FIELDS[fake.dialect.provider]
    fake.custom_fields |= {tier, score}
    ids = [fake.add("account", name=f"Account {number}", at=DAY).id for number in range(3)]
    crm = await client_of(reach, fake)
    absent = absent_id(ids[0])

    wrote = await crm.written(
        [(ids[0], {tier: "A", score: 81}), (absent, {tier: "B"}), (ids[1], {tier: "C"}), (ids[2], {"unknown_x": 1})]
    )

    assert [each.ok for each in wrote] == [True, False, True, False]
    assert not any(each.again for each in wrote)
    assert all(each.reason for each in wrote if not each.ok)
    assert {change.id for change in fake.written()} == {ids[0], ids[1]}


async def test_writes_that_could_not_be_made_can_be_tried_again(reach):
    fake = pipedrive()
    with serving(fake):
        tier = "a" * 40
        fake.custom_fields.add(tier)
        ids = [fake.add("account", name=f"Account {number}", at=DAY).id for number in range(3)]
        crm = await client_of(reach, fake)
        fake.faults.next("status", status=502, on=f"/{ids[1]}")

        wrote = await crm.written([(each, {tier: "A"}) for each in ids])

        assert [(each.ok, each.again) for each in wrote] == [(True, False), (False, True), (False, True)]
        assert len(fake.written()) == 1  # what may have been carried out is not asked for again
