"""The command line's door to imports: what is asked, the progress bar, and the report as a table and as a file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.imports import service
from app.imports.core.report import FileReport, Remark, Report
from app.imports.core.rows import quoted
from app.imports.core.table import UnreadableFile
from app.imports.schemas.reading import UnusableMapping, mapping_of
from app.imports.service import surveying
from app.imports.service.surveying import Survey
from app.infra.db import Database

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the command."""

    folder: Path
    mapping: Path
    organization: str
    as_of: date | None = None
    report: Path | None = None
    strict: bool = False


def surveyed(asked: Asked) -> Survey:
    """Whether the export can be imported at all: mapping and files are read, and nothing else is touched."""
    try:
        mapping = mapping_of(asked.mapping.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{asked.mapping}: {error.strerror}") from error
    except UnusableMapping as error:
        lines = [f"{asked.mapping}: {line}" for line in error.detail.splitlines()]
        raise UnusableMapping("\n".join(lines), errors=error.errors) from error
    if asked.report is not None and not asked.report.absolute().parent.is_dir():
        raise UnreadableFile(f"{asked.report}: there is no such folder for the report")
    return surveying.surveyed(asked.folder, mapping)


async def run(database: Database, asked: Asked, survey: Survey, *, screen: Console) -> int:
    """Import with a progress bar on `screen`, and report on standard output; answers with the exit status."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task("importing", total=survey.rows)
        report = await service.import_export(
            database, asked.organization, survey, asked.as_of, lambda rows: progress.advance(task, rows)
        )
    show(report, Console())
    try:
        if asked.report is not None:
            write(report, asked.report)
    except OSError as error:
        _say(screen, f"kap: the import is done, but its report could not be written: {error}")
        return 1
    return int(asked.strict and report.count("refused") > 0)


def show(report: Report, out: Console) -> None:
    """Print the report: a line per file, what was left unused, and the first of the notes and of the refused rows."""
    _say(out, f"{report.source} as of {report.as_of} into {report.organization}")
    out.print(_table(report))
    for file in report.files:
        if file.unused_columns:
            _say(out, f"{file.file}: not used: {', '.join(file.unused_columns)}")
    _remarks(out, "Notes", [(file, remark) for file in report.files for remark in file.notes])
    _remarks(out, "Refused", [(file, remark) for file in report.files for remark in file.refused])
    _say(out, _conclusion(report))


def _table(report: Report) -> Table:
    older = report.count("stale")
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    shown.add_column("kind", no_wrap=True)
    for heading in ("rows", "new", "changed", "unchanged", *(["older"] if older else []), "unassigned", "refused"):
        shown.add_column(heading, justify="right", no_wrap=True)
    results = ("created", "updated", "unchanged", *(["stale"] if older else []))
    for file in report.files:
        counts = (file.rows, *map(file.count, results), len(file.unassigned), file.count("refused"))
        shown.add_row(file.kind, *(f"{count:,}" for count in counts))
    return shown


def _remarks(out: Console, title: str, remarks: Sequence[tuple[FileReport, Remark]]) -> None:
    if remarks:
        _say(out, f"{title} ({len(remarks):,}):")
    for file, remark in remarks[:SHOWN]:
        known = f" {quoted(remark.external_id)}" if remark.external_id else ""
        _say(out, f"  {file.file} row {remark.row}{known}: {remark.reason}")
    if len(remarks) > SHOWN:
        _say(out, f"  and {len(remarks) - SHOWN:,} more; --report FILE.json lists them all")


def _conclusion(report: Report) -> str:
    kept = report.count("created", "updated", "unchanged", "stale")
    if not report.count("created", "updated", "refused"):
        return f"Nothing changed: all {kept:,} rows were known already."
    unassigned = sum(len(file.unassigned) for file in report.files)
    spare = f", {unassigned:,} of them without an account (unassigned)" if unassigned else ""
    return f"{kept:,} rows are kept{spare}; {report.count('refused'):,} were refused."


def _say(out: Console, line: str) -> None:
    out.print(line, markup=False, highlight=False, soft_wrap=True)


def write(report: Report, path: Path) -> None:
    """Write the whole report as JSON, in one step."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(orjson.dumps(_document(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    unfinished.replace(path)


def _document(report: Report) -> dict[str, Any]:
    return {
        "organization": report.organization,
        "source": report.source,
        "as_of": report.as_of,
        "files": [_file(file) for file in report.files],
    }


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "file": file.file,
        "unused_columns": list(file.unused_columns),
        "counts": {
            "rows": file.rows,
            **{result: file.count(result) for result in file.results},
            "unassigned": len(file.unassigned),
        },
        "rows": {**{result: str(rows) for result, rows in file.results.items()}, "unassigned": str(file.unassigned)},
        "refused": [asdict(remark) for remark in file.refused],
        "notes": [asdict(remark) for remark in file.notes],
    }
