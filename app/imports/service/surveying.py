"""Looks through an export before anything is saved, and opens its files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.imports.core.mapping import ExportMapping, FileMapping
from app.imports.core.rows import row_reader
from app.imports.core.table import Row, UnreadableFile, table


@dataclass(frozen=True, slots=True)
class SurveyedFile:
    """A file that was read through once: it is whole, and has the columns that its mapping names."""

    path: Path
    mapping: FileMapping
    rows: int


@dataclass(frozen=True, slots=True)
class Survey:
    """An export that can be imported."""

    mapping: ExportMapping
    files: Sequence[SurveyedFile]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


def surveyed(folder: Path, mapping: ExportMapping) -> Survey:
    """Read every file of the export through once, so that what cannot be read is known before anything is saved."""
    files = []
    for file in mapping.files:
        with opened(folder / file.file, mapping) as (header, rows):
            row_reader(file, mapping.source, mapping.dialect, header)
            files.append(SurveyedFile(folder / file.file, file, sum(1 for _ in rows)))
    return Survey(mapping, files)


@contextmanager
def opened(path: Path, mapping: ExportMapping) -> Iterator[tuple[list[str], Iterator[Row]]]:
    """A file's header and rows; whatever makes it unreadable is told as such."""
    try:
        with path.open(encoding=mapping.dialect.encoding, newline="") as lines:
            yield table(lines, mapping.dialect.delimiter)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}") from error
    except UnicodeError as error:
        name = "UTF-8" if mapping.dialect.encoding == "utf-8-sig" else mapping.dialect.encoding
        raise UnreadableFile(f"{path}: it is not {name}; name its encoding in the mapping's [csv]") from error
    except UnreadableFile as error:
        raise UnreadableFile(f"{path}: {error.detail}") from error
