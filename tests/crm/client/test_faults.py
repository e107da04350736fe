"""What a CRM does wrong, and what comes of it: the named cases 30, 31 and 34 to 41 of the reliability promises."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import stamina

from app.crm.client.crm import Crm
from app.crm.client.failures import CrmBusy, CrmDown, CrmLies, CrmRefuses
from app.crm.core.spec import Limits
from app.infra.outgoing import Bounds
from tests.crm.client.connected import a_connection, a_database, a_reach, crm_of, speaking
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce

HURRIED = Bounds(connect_seconds=1, read_seconds=0.5, call_seconds=3, answer_bytes=1_000_000)


@pytest.fixture
async def pool(database_url, settings):
    async with a_database(database_url, settings) as made:
        yield made


@pytest.fixture
async def reach(pool, settings):
    async with a_reach(pool, settings, bounds=HURRIED) as made:
        yield made


@pytest.fixture
def at_once():
    """Tries follow one another without a pause; how long the pauses are is not what the test is about."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def fake():
    made = pipedrive()
    with serving(made):
        yield made


async def test_case_30_a_429_with_retry_after_is_waited_for_and_others_go_on(reach, fake):
    deal = fake.add("opportunity", name="Deal").id
    other = pipedrive()
    other_deal = other.add("opportunity", name="Deal").id
    with serving(other):
        resting, going = await crm_of(reach, "pipedrive", fake.url), await crm_of(reach, "pipedrive", other.url)
        fake.faults.next("status", status=429, retry_after="1")

        waiting = asyncio.create_task(resting.one("opportunity", deal))
        assert await going.one("opportunity", other_deal) is not None
        assert not waiting.done()  # the other CRM has answered meanwhile
        assert await waiting is not None

    first, second = (call.at for call in fake.calls)
    assert second - first >= timedelta(seconds=1)


async def test_case_30_a_long_retry_after_gives_the_work_back_until_then(reach, fake):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("status", status=429, retry_after="600")

    with pytest.raises(CrmBusy) as busy:
        await crm.one("opportunity", "1")

    assert timedelta(seconds=590) < busy.value.until - datetime.now(UTC) <= timedelta(seconds=600)
    with pytest.raises(CrmBusy):  # nor does anything else of this process go there
        await crm.one("opportunity", "2")
    assert len(fake.calls) == 1


async def test_case_31_a_429_without_header_is_tried_again_a_few_times(reach, fake, at_once):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("status", status=429, times=10)

    with pytest.raises(CrmBusy) as busy:
        await crm.one("opportunity", "1")

    assert len(fake.calls) == 3
    assert not busy.value.told


async def test_case_34_a_crm_that_is_out_of_order_is_given_up_after_a_few_tries(reach, fake, at_once):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("status", status=502, times=10)

    with pytest.raises(CrmDown, match="502"):
        await crm.one("opportunity", "1")

    assert len(fake.calls) == 3


async def test_a_crm_that_is_well_again_at_the_second_try_has_answered(reach, fake, at_once):
    deal = fake.add("opportunity", name="Deal").id
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("status", status=503)
    fake.faults.next("half")

    found = await crm.one("opportunity", deal)
    assert found is not None
    assert found["title"] == "Deal"


async def test_case_35_a_crm_that_hangs_is_left_and_not_asked_again(reach, fake):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("hang", seconds=30, times=10)

    with pytest.raises(CrmDown, match="in time"):
        await crm.one("opportunity", "1")

    assert len(fake.calls) == 1


async def test_case_36_half_a_body_is_no_record(reach, fake, at_once):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("half", times=10)

    with pytest.raises(CrmLies, match="before it was complete"):
        await crm.one("opportunity", "1")


async def test_case_36_half_of_the_json_is_no_record(reach, fake):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("torn")

    with pytest.raises(CrmLies, match="JSON"):
        await crm.one("opportunity", "1")


async def test_case_37_a_page_for_people_is_an_error(reach, fake):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("html")

    with pytest.raises(CrmLies, match="page for people"):
        await crm.one("opportunity", "1")


async def test_a_404_that_is_a_page_for_people_does_not_say_that_a_record_is_gone(reach, fake):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("status", status=404, body=b"<html>We are down for maintenance</html>")

    with pytest.raises(CrmLies):
        await crm.one("opportunity", "1")


async def test_case_38_a_cursor_that_comes_twice_ends_the_pull(reach):
    made = pipedrive(page_size=2)
    for number in range(6):
        made.add("opportunity", name=f"Deal {number}")
    with serving(made):
        crm = await crm_of(reach, "pipedrive", made.url)
        made.faults.next("loop", times=1000)

        with pytest.raises(CrmLies, match=r"circles|twice"):
            async for _page in crm.pages("opportunity", "page"):
                pass

    assert len(made.calls) < 5


async def test_case_40_an_answer_of_50_mb_is_cut(reach, fake):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("huge", size=50_000_000)

    with pytest.raises(CrmLies, match="too large"):
        await crm.one("opportunity", "1")

    assert len(fake.calls) == 1


async def test_case_41_a_redirect_is_not_followed_and_the_token_stays(reach, fake):
    elsewhere = hubspot()
    with serving(elsewhere) as url:
        crm = await crm_of(reach, "pipedrive", fake.url)
        fake.faults.next("redirect", to=f"{url}/api/v2/deals/1")

        with pytest.raises(CrmLies, match="another address"):
            await crm.one("opportunity", "1")

    assert elsewhere.calls == []


async def test_what_the_crm_refuses_is_told_with_its_own_word_and_not_its_text(reach, fake):
    crm = await crm_of(reach, "pipedrive", fake.url)
    fake.faults.next("status", status=403, body=b'{"errorCode": "ERR_SCOPE", "message": "secret of a record"}')

    with pytest.raises(CrmRefuses) as refused:
        await crm.one("opportunity", "1")

    assert refused.value.detail == "it answers with status 403 (ERR_SCOPE)"


async def test_of_what_is_wrong_with_a_field_the_field_is_named_if_it_is_one_that_was_asked_for(reach):
    fake = salesforce()
    with serving(fake):
        crm = await crm_of(reach, "salesforce", fake.url)
        body = b"""[{"errorCode": "INVALID_FIELD", "message": "No such column 'StageName' on 'secret_of_a_record'"}]"""
        fake.faults.next("status", status=400, body=body)

        with pytest.raises(CrmRefuses) as refused:
            await crm.one("opportunity", "006000000000001AAA")

    assert refused.value.detail == "it answers with status 400 (INVALID_FIELD: StageName)"


async def test_calls_keep_to_the_pace_that_the_connector_allows(pool, settings, fake):
    async with a_reach(pool, settings) as own:
        connection = await a_connection(pool, "pipedrive", fake.url)
        # A quarter at once, and the rest spread over the window: the third of these waits.
        crm = Crm(own, speaking(connection, limits=Limits(requests=2, per_seconds=0.5)))
        for _ in range(3):
            await crm.one("opportunity", "1")

    times = [call.at for call in fake.calls]
    assert times[2] - times[0] >= timedelta(seconds=0.49)
