"""How lines become numbered rows."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports.core.table import BrokenRow, UnreadableFile, table


def read(text, delimiter=","):
    header, rows = table(io.StringIO(text, newline=""), delimiter)
    return header, list(rows)


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from('",;\n'), max_size=8)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_whatever_is_written_as_csv_is_read_again_with_the_rows_of_a_spreadsheet(rows, line_end):
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=line_end)
    writer.writerows([["a", "b", "c"], *rows])

    header, found = read(written.getvalue())

    assert header == ["a", "b", "c"]
    assert found == [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=2)]


def test_empty_lines_count_and_are_passed_over():
    assert read("a,b\n1,2\n\n3,4\n")[1] == [(2, ["1", "2"]), (4, ["3", "4"])]


def test_a_quoted_cell_may_hold_line_ends_and_the_delimiter():
    assert read('a;b\n"1;\r\n2";3\r\n', ";")[1] == [(2, ["1;\r\n2", "3"])]


def test_rows_with_too_many_or_too_few_cells_are_broken_and_the_others_whole():
    _, rows = read("a,b\n1\n1,2\n1,2,3\n")

    assert rows == [
        (2, BrokenRow("has 1 cells where the header has 2")),
        (3, ["1", "2"]),
        (4, BrokenRow("has 3 cells where the header has 2")),
    ]


def test_a_stray_quotation_mark_breaks_its_own_row_alone():
    _, rows = read('a,b\n1,2\n"x "y" z",3\n4,5\n')

    assert [number for number, cells in rows if isinstance(cells, BrokenRow)] == [3]
    assert (4, ["4", "5"]) in rows


@pytest.mark.parametrize("rest", ["x,y\n" * 3, "x" * 200_000 + '"\n', ""])
def test_a_quoted_cell_that_does_not_end_makes_the_file_unreadable(rest):
    with pytest.raises(UnreadableFile, match="row 3"):
        read('a,b\n1,2\n"3,4\n' + rest)


def test_an_empty_file_is_unreadable():
    with pytest.raises(UnreadableFile, match="empty"):
        read("")
