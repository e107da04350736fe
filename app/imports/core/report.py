"""What came of every row of an import."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

RESULTS: Final = ("created", "updated", "unchanged", "stale", "refused")


@dataclass(slots=True)
class RowNumbers:
    """A set of row numbers, kept as ranges."""

    ranges: list[list[int]] = field(default_factory=list)

    def add(self, number: int) -> None:
        """Add a number that is not in the set yet."""
        if self.ranges and self.ranges[-1][1] + 1 == number:
            self.ranges[-1][1] = number
        else:
            self.ranges.append([number, number])

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def __str__(self) -> str:
        """Ascending, as in `2-85, 90`."""
        joined: list[list[int]] = []
        for first, last in sorted(self.ranges):
            if joined and joined[-1][1] + 1 == first:
                joined[-1][1] = last
            else:
                joined.append([first, last])
        return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in joined)


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of one row."""

    row: int
    external_id: str | None
    reason: str


@dataclass(slots=True)
class FileReport:
    """What came of the rows of one file; `unassigned` rows are among the kept ones, `notes` tell of kept ones too."""

    kind: str
    file: str
    unused_columns: Sequence[str] = ()
    results: dict[str, RowNumbers] = field(default_factory=lambda: {result: RowNumbers() for result in RESULTS})
    unassigned: RowNumbers = field(default_factory=RowNumbers)
    refused: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def refuse(self, row: int, external_id: str | None, reason: str) -> None:
        """Count a refused row, with the reason."""
        self.results["refused"].add(row)
        self.refused.append(Remark(row, external_id, reason))

    def note(self, row: int, external_id: str | None, reason: str) -> None:
        """Say something of a row that is kept."""
        self.notes.append(Remark(row, external_id, reason))

    def count(self, result: str) -> int:
        return len(self.results[result])

    @property
    def rows(self) -> int:
        return sum(self.count(result) for result in RESULTS)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a whole import."""

    organization: str
    source: str
    as_of: date
    files: Sequence[FileReport]

    def count(self, *results: str) -> int:
        """How many rows, of all files, had one of these results."""
        return sum(file.count(result) for file in self.files for result in results)
