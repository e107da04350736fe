"""Columns as the server reads them, by lines and by bytes: both ways what comes back is what was given."""

from datetime import date
from io import BytesIO
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infra.db import copy_lines, copy_rows
from app.kernel import columns, copy_binary, copy_text
from app.kernel.columns import Column

SOME, OTHER = UUID(int=7), UUID(int=2**127 + 1)
DAY = date(1999, 12, 31)
# By its type in the database: a column, and what it holds.
GIVEN: dict[str, tuple[Column, list[object]]] = {
    "float8": (columns.numbers(np.array([1.5, np.nan, -1e-300])), [1.5, None, -1e-300]),
    "int4": (columns.whole_numbers(np.array([7, 8, -(2**31)]), np.array([True, False, True])), [7, None, -(2**31)]),
    "date": (columns.days(np.array([DAY, "NaT", "2026-02-28"], "datetime64[D]")), [DAY, None, date(2026, 2, 28)]),
    "bool": (columns.flags(np.array([True, False, True])), [True, False, True]),
    "text": (columns.texts(["tab\tand\nline", None, "größer \\N"]), ["tab\tand\nline", None, "größer \\N"]),
    "uuid": (columns.ids([SOME, None, OTHER]), [SOME, None, OTHER]),
    "float8[]": (
        columns.numbers(np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, 4.0]])),
        [[1, None], [None, None], [3, 4]],
    ),
    "int4[]": (columns.whole_numbers(np.array([[1, 2], [3, 4], [5, 6]])), [[1, 2], [3, 4], [5, 6]]),
    "date[]": (columns.days(np.array([[DAY, "NaT"]] * 3, "datetime64[D]")), [[DAY, None]] * 3),
}
NONE: dict[str, tuple[Column, list[object]]] = {
    "float8[]": (columns.numbers(np.zeros((2, 0))), [[], []]),
    "text": (columns.texts([None, None]), [None, None]),
    "date": (columns.days(np.full(2, np.datetime64("NaT"), "datetime64[D]")), [None, None]),
}


@pytest.mark.parametrize("given_columns", [GIVEN, NONE], ids=["values", "nothing"])
@pytest.mark.parametrize("by_bytes", [True, False])
async def test_what_is_copied_comes_back(database, given_columns, by_bytes):
    names = [f"c{place}" for place in range(len(given_columns))]
    values = [column for column, _ in given_columns.values()]
    table = f"copied_{len(names)}"
    async with database.engine.begin() as connection:
        kinds = ", ".join(f"{name} {kind}" for name, kind in zip(names, given_columns, strict=True))
        await connection.exec_driver_sql(f"CREATE TEMP TABLE {table} ({kinds}) ON COMMIT DROP")
        if by_bytes:
            await copy_rows(connection, table, names, copy_binary.rows(values))
        else:
            await copy_lines(connection, table, names, copy_text.lines(values))
        found = (await connection.exec_driver_sql(f"SELECT * FROM {table}")).all()

    assert [list(column) for column in zip(*found, strict=True)] == [held for _, held in given_columns.values()]


def test_no_rows_are_a_beginning_and_an_end():
    nothing = copy_binary.rows([column.part(slice(0, 0)) for column, _ in GIVEN.values()])

    assert nothing == b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"\xff\xff"


@given(st.lists(st.none() | st.text(max_size=5), max_size=5))
def test_texts_are_one_behind_the_other_with_their_lengths(texts):
    packed = BytesIO(copy_binary.rows([columns.texts(texts)]))

    assert packed.read(19)[:11] == b"PGCOPY\n\xff\r\n\0"
    for text in texts:
        assert packed.read(2) == b"\0\1"
        length = int.from_bytes(packed.read(4), signed=True)
        assert (None if length < 0 else packed.read(length).decode()) == text
    assert packed.read() == b"\xff\xff"
