"""Pages of a list, on a real PostgreSQL: each row once, in order, while others are added; nonsense is refused."""

import tempfile
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import Column, Date, DateTime, Float, Integer, MetaData, Numeric, String, Table, Uuid, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from app.infra.db import sqlalchemy_url
from app.infra.embedded import EmbeddedPostgres
from app.infra.faults import UnfitValue, database_refusal
from app.infra.paging import InvalidCursor, InvalidSort, Keyset, Page, PageRequest

things = Table(
    "things",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", String, nullable=False),
    Column("size", Integer),
    Column("weight", Float),
    Column("price", Numeric(19, 4)),
    Column("born_on", Date),
    Column("seen_at", DateTime(timezone=True)),
)
KEYSET = Keyset({name: column for name, column in things.c.items() if name != "id"}, things.c.id, default="name")
ROWS: list[dict[str, Any]] = [
    {
        "id": UUID(int=(number * 7919) % 1000),
        "name": "abc"[number % 3],
        "size": None if number % 4 == 0 else number % 5,
        "weight": None if number % 3 == 0 else number / 7,
        "price": None if number % 5 == 0 else Decimal(number % 6) / 8,
        "born_on": None if number % 6 == 0 else date(2017, 1 + number % 12, 1),
        "seen_at": None if number % 7 == 0 else datetime(2017, 1, 1, number % 24, 0, 0, number, tzinfo=UTC),
    }
    for number in range(40)
]


@pytest.fixture(scope="module")
def url():
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False) as url:
        yield url


@pytest.fixture
async def connection(url):
    engine = create_async_engine(sqlalchemy_url(url))
    async with engine.connect() as connection:
        await connection.run_sync(things.metadata.create_all)
        await connection.execute(insert(things), ROWS)
        yield connection
        await connection.rollback()
    await engine.dispose()


async def page(connection, request):
    rows = (await connection.execute(KEYSET.page(select(things), request))).all()
    return KEYSET.cut(rows, request, lambda row: row.id)


async def all_pages(connection, sort, limit, *, between=None):
    found: list[UUID] = []
    cursor = None
    while True:
        one = await page(connection, PageRequest(limit, cursor, sort))
        assert len(one.data) <= limit
        found += one.data
        cursor = one.next_cursor
        if cursor is None:
            return found
        if between is not None:
            await between()


def expected(sort):
    """Sorted by hand: by value, then id, both downwards for `-`; those without a value last."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    have = sorted((row for row in ROWS if row[name] is not None), key=lambda row: (row[name], row["id"]), reverse=down)
    lack = sorted((row for row in ROWS if row[name] is None), key=lambda row: row["id"], reverse=down)
    return [row["id"] for row in have + lack]


@pytest.mark.parametrize("name", ["name", "size", "weight", "price", "born_on", "seen_at"])
@pytest.mark.parametrize("direction", ["", "-"])
async def test_pages_hold_each_row_once_and_in_order(connection, name, direction):
    for limit in (1, 7, 39, 40, 500):
        assert await all_pages(connection, direction + name, limit) == expected(direction + name)


@pytest.mark.parametrize("sort", ["name", "-size"])
async def test_rows_added_meanwhile_move_no_other(connection, sort):
    added: list[UUID] = []

    async def between():
        number = 2000 + len(added)
        added.append(UUID(int=number))
        row = {"id": added[-1], "name": "abc"[number % 3], "size": number % 6 or None}
        await connection.execute(insert(things), row)

    found = await all_pages(connection, sort, 3, between=between)

    assert [row_id for row_id in found if row_id not in added] == expected(sort)
    assert len(found) == len(set(found))


async def test_the_last_page_has_no_cursor(connection):
    assert (await page(connection, PageRequest(40))).next_cursor is None
    assert (await page(connection, PageRequest(39))).next_cursor is not None


def cursor_of(*place):
    return urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


ID = str(UUID(int=1))


@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        ("name", ""),
        ("name", "!!!"),
        ("name", "é"),
        ("name", "a"),
        ("name", "AAAA"),
        ("name", "x" * 1999),
        ("name", cursor_of()),
        ("name", cursor_of("name")),
        ("name", cursor_of("name", "a", "no-id")),
        ("name", cursor_of("name", "a", 5)),
        ("name", cursor_of("name", 5, ID)),
        ("name", cursor_of("name", ["a"], ID)),
        ("name", cursor_of("name", "a\x00", ID)),
        ("name", cursor_of("-name", "a", ID)),
        ("-name", cursor_of("name", "a", ID)),
        ("size", cursor_of("name", "a", ID)),
        ("size", cursor_of("size", 2**31, ID)),
        ("size", cursor_of("size", 1.5, ID)),
        ("size", cursor_of("size", {}, ID)),
        ("size", cursor_of("size", "1", ID)),
        ("weight", cursor_of("weight", "1", ID)),
        ("weight", cursor_of("weight", {}, ID)),
        ("price", cursor_of("price", "NaN", ID)),
        ("price", cursor_of("price", "1e999999", ID)),
        ("price", cursor_of("price", "x", ID)),
        ("price", cursor_of("price", 1, ID)),
        ("born_on", cursor_of("born_on", "2017-13-01", ID)),
        ("born_on", cursor_of("born_on", 1, ID)),
        ("seen_at", cursor_of("seen_at", "2017-01-01T00:00:00", ID)),
        ("seen_at", cursor_of("seen_at", "x", ID)),
        ("name", cursor_of("name", "a", ID, 1)),
        ("name", urlsafe_b64encode(b'{"a":1}').decode()),
        ("name", urlsafe_b64encode(b"[" * 1000).decode()),
        ("name", urlsafe_b64encode(b'["name","\\ud800",1]').decode()),
    ],
)
def test_a_cursor_that_is_none_of_this_list_is_refused(sort, cursor):
    with pytest.raises(InvalidCursor) as refused:
        KEYSET.page(select(things), PageRequest(10, cursor, sort))
    assert [error.pointer for error in refused.value.errors] == ["/query/cursor"]


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("price", "1e1000"),
        ("seen_at", "0001-01-01T00:00:00+14:00"),
        ("born_on", "9999-12-31"),
        ("size", -(2**31)),
        ("name", "x" * 1000),
    ],
)
async def test_a_forged_cursor_at_the_ends_of_its_type_makes_no_fault(connection, sort, value):
    request = PageRequest(10, cursor_of(sort, value, ID), sort)
    try:
        rows = (await connection.execute(KEYSET.page(select(things), request))).all()
    except Exception as error:  # noqa: BLE001  # whatever it is has to be told as a refusal
        assert isinstance(database_refusal(error), UnfitValue)  # noqa: PT017
    else:
        assert len(KEYSET.cut(rows, request, lambda row: row.id).data) <= 10


@pytest.mark.parametrize("sort", ["id", "", "-", "--name", "name;", "nothing", "Name", "name\x00"])
def test_an_unknown_sort_is_refused_and_the_known_ones_are_named(sort):
    with pytest.raises(InvalidSort) as refused:
        KEYSET.page(select(things), PageRequest(10, None, sort))
    (error,) = refused.value.errors
    assert error.pointer == "/query/sort"
    assert "born_on, name, price" in error.message


def test_a_slice_is_shown_as_a_page():
    from app.infra.paging import Slice  # noqa: PLC0415

    shown = Page[int].model_validate(Slice([1, 2], "next"))
    assert shown.model_dump() == {"data": [1, 2], "next_cursor": "next"}
