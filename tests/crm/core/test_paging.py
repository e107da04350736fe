"""Where the next page begins, for every kind of paging, and what happens when a CRM leads in circles."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core import paging
from app.crm.core.paging import Elsewhere, Loops, Page, Position, Track, beginning, following, from_json, on_host
from app.crm.core.spec import Call, Paging

BASE = "https://crm.example"
START = datetime(2024, 1, 1, tzinfo=UTC)


def after(call: Call, position: Position, answer, records=(), **told) -> Position | None:
    return following(call, position, Page(answer, records, **told), base_url=BASE, address=f"{BASE}/api/deals?x=1")


def test_next_url_follows_the_link_on_the_crms_own_host():
    call = Call("/api/deals", paging=Paging("next_url", next="next"))
    for link in (f"{BASE}/api/deals?page=2", "/api/deals?page=2", "?page=2", f"{BASE}:443/api/deals?page=2"):
        assert after(call, Position(), {"next": link}) == Position(address="/api/deals?page=2")
    assert after(call, Position(), {"next": None}) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/api/deals",
        "//evil.example/api",
        "http://crm.example/api",
        "https://crm.example:8443/api",
        "https://crm.example@evil.example/",
        "https://user@crm.example/",
        "https://crm.example\\@evil.example/",
        "https://crm.example.evil.example/",
        "https://[::1/",
        "javascript:alert(1)",
        "https://crm.example:99999/",
    ],
)
def test_a_link_to_another_host_is_not_followed(link):
    with pytest.raises(Elsewhere):
        on_host(BASE, link, f"{BASE}/api/deals")


@given(st.text(max_size=60))
def test_whatever_a_link_holds_it_stays_on_the_host_or_is_refused(link):
    try:
        address = on_host(BASE, link, f"{BASE}/api")
    except Elsewhere:
        return
    assert address.startswith("/")


def test_a_cursor_is_passed_on_until_there_is_none():
    call = Call("/deals", paging=Paging("cursor", next="paging.next.after"))
    assert after(call, Position(), {"paging": {"next": {"after": "7"}}}) == Position(cursor="7")
    assert after(call, Position(cursor="7"), {"paging": None}) is None


def test_a_cursor_ends_where_no_more_is_said_to_come():
    call = Call("/deals", paging=Paging("cursor", next="cursor", more="more"))
    assert after(call, Position(), {"cursor": "7", "more": True}) == Position(cursor="7")
    assert after(call, Position(), {"cursor": "7", "more": False}) is None


def test_offsets_and_pages_are_counted_until_a_page_is_short():
    offset = Call("/deals", query={"start": "{offset}"}, size=2, paging=Paging("offset"))
    page = Call("/deals", query={"page": "{page}"}, size=2, paging=Paging("page", first=1))
    for call, first, second in ((offset, 0, 2), (page, 1, 2)):
        start = beginning(call, None)
        assert start.variables(call)[call.paging.kind] == first
        reached = after(call, start, {}, ["a", "b"])
        assert reached is not None
        assert reached.variables(call)[call.paging.kind] == second
        assert after(call, reached, {}, ["c"]) is None
        assert after(call, reached, {}, []) is None


# A keyset over a store of (time in ms, id) pairs, as three kinds of CRM would answer it.

BOTH = Call("/q", query={"q": "{since} {last_id}"}, size=3, paging=Paging("keyset", lowest="000"))
TIES = Call("/q", query={"q": "= {since} > {last_id}"}, size=3, paging=Paging("keyset", lowest="000"))
WITH_TIES = Call("/q", query={"q": ">= {since}"}, size=3, paging=Paging("keyset"), ties=TIES)
BY_ID = Call("/q", query={"q": "{last_id}"}, size=3, paging=Paging("keyset", lowest="000"))

STORES = st.lists(st.integers(0, 6), max_size=30).map(
    lambda times: [(START + timedelta(milliseconds=time), f"{number:03}") for number, time in enumerate(times, 1)]
)


def answered(call: Call, position: Position, store, by_time) -> list[tuple[datetime, str]]:
    """What the CRM says; among records of one instant the main call with `ties` keeps to no order."""
    since, last_id = position.since or START, position.last_id
    if call is BY_ID:
        chosen = sorted((row for row in store if row[1] > last_id), key=lambda row: row[1])
    elif position.tying:
        chosen = sorted((row for row in store if row[0] == since and row[1] > last_id), key=lambda row: row[1])
    elif call is BOTH:
        chosen = sorted(row for row in store if (row[0], row[1]) > (since, last_id))
    else:
        chosen = by_time([row for row in store if row[0] >= since])
    return chosen[: call.size]


def read(call: Call, store, by_time=sorted) -> Iterator[str]:
    position: Position | None = beginning(call, START)
    track = Track()
    while position is not None:
        track.came_to(position)
        records = answered(call, position, store, by_time)
        last_at, last_id = records[-1] if records else (None, None)
        yield from (record_id for _, record_id in records)
        position = from_json(position.as_json())  # as it would be after a night
        position = following(call, position, Page({}, records, last_at, last_id), base_url=BASE, address=BASE)


@given(STORES)
def test_a_keyset_of_one_call_reads_every_record_once(store):
    assert sorted(read(BOTH, store)) == [record_id for _, record_id in store]


@given(STORES)
def test_a_keyset_by_id_reads_every_record_once(store):
    assert list(read(BY_ID, store)) == [record_id for _, record_id in store]


@given(STORES, st.randoms(use_true_random=False))
def test_a_keyset_with_ties_leaves_no_record_out_however_many_share_an_instant(store, random):
    def by_time(rows):
        return sorted(random.sample(rows, len(rows)), key=lambda row: row[0])

    assert set(read(WITH_TIES, store, by_time)) == {record_id for _, record_id in store}


def test_more_records_of_one_instant_than_a_page_holds_are_an_error_where_nothing_tells_them_apart():
    call = Call("/q", query={"q": ">= {since}"}, size=3, paging=Paging("keyset"))
    store = [(START, f"{number:03}") for number in range(5)]
    with pytest.raises(Loops, match="instant"):
        list(read(call, store))


def test_records_that_go_back_in_time_are_an_error():
    page = Page({}, ["a"] * 3, START - timedelta(days=1), "9")
    with pytest.raises(Loops, match="order"):
        following(BOTH, beginning(BOTH, START), page, base_url=BASE, address=BASE)


def test_records_that_tell_no_time_are_an_error():
    with pytest.raises(Loops, match="when"):
        following(BOTH, beginning(BOTH, START), Page({}, ["a"] * 3), base_url=BASE, address=BASE)


def test_a_page_that_was_split_says_that_there_is_more():
    call = Call("/q", query={"q": "{last_id}"}, size=2000, paging=Paging("keyset", more="nextRecordsUrl"))
    page = Page({"nextRecordsUrl": "/more"}, ["a", "b"], None, "b")
    assert following(call, Position(), page, base_url=BASE, address=BASE) == Position(last_id="b")


def test_changes_are_asked_for_from_the_whole_second_on():
    start = beginning(Call("/deals", query={"since": "{since}"}), START + timedelta(microseconds=1999))
    assert start.variables(Call("/deals"))["since"] == "2024-01-01T00:00:00Z"


@given(
    st.builds(
        Position,
        address=st.none() | st.just("/api?x=1"),
        cursor=st.none() | st.text(max_size=5) | st.integers(),
        counted=st.none() | st.integers(0, 5),
        since=st.none() | st.just(START + timedelta(milliseconds=5)),
        last_id=st.text(max_size=3),
        tying=st.booleans(),
    )
)
def test_a_position_survives_being_kept(position):
    assert from_json(json.loads(json.dumps(position.as_json()))) == position


def test_a_position_that_comes_twice_is_a_circle():
    track = Track()
    track.came_to(Position(cursor="1"))
    track.came_to(Position(cursor="2"))
    with pytest.raises(Loops, match="circles"):
        track.came_to(Position(cursor="1"))


def test_the_same_page_under_ever_new_cursors_is_a_circle():
    track = Track()
    track.saw(Page({}, [{"id": "1"}]), repeats=False)
    with pytest.raises(Loops, match="twice"):
        track.saw(Page({}, [{"id": "1"}]), repeats=False)


def test_empty_pages_without_end_are_an_error():
    track = Track()
    for _ in range(paging.MAX_EMPTY):
        track.saw(Page({}, []), repeats=False)
    with pytest.raises(Loops, match="without a record"):
        track.saw(Page({}, []), repeats=False)
