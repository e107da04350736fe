"""How the lines of a CSV file become numbered rows of cells, and which of them are broken."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.kernel.errors import Invalid

Row = tuple[int, "list[str] | BrokenRow"]


class UnreadableFile(Invalid):
    """The file cannot be read."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be told apart into the header's columns."""

    reason: str


def table(lines: Iterable[str], delimiter: str) -> tuple[list[str], Iterator[Row]]:
    """The header, and the rows below it, cells stripped; rows are numbered as a spreadsheet does, the header being 1.

    lines: with their line ends, since a quoted cell may hold some. Empty lines count as rows and are passed over.
    Raises UnreadableFile when there is no header, and on the way when a quoted cell does not end.
    """
    rows = _rows(csv.reader(lines, delimiter=delimiter, strict=True))
    for _, header in rows:
        if isinstance(header, BrokenRow):
            raise UnreadableFile(f"its header {header.reason}")
        return header, _of_width(rows, len(header))
    raise UnreadableFile("it is empty")


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # Only of this one is it sure that the next line begins a new row.
            if "expected after" not in str(error):
                raise UnreadableFile(f"the quoted text that begins in row {number} does not end") from error
            yield number, BrokenRow("holds a quotation mark within a quoted cell; there it has to be doubled")
            continue
        if cells:
            yield number, [cell.strip() for cell in cells]


def _of_width(rows: Iterator[Row], width: int) -> Iterator[Row]:
    for number, cells in rows:
        if isinstance(cells, BrokenRow) or len(cells) == width:
            yield number, cells
        else:
            yield number, BrokenRow(f"has {len(cells)} cells where the header has {width}")
