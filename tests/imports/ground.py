"""Small exports that tests write, and the short way to import them."""

from datetime import date
from pathlib import Path

from app.imports import service
from app.imports.core.report import Report
from app.imports.schemas.reading import mapping_of
from app.imports.service import surveying
from app.infra.db import Database

MAVEN_MAPPING = Path(__file__).parents[2] / "examples" / "maven_crm.toml"

HEAD = 'source = "sheet"\nexported_on = "2020-06-30"\n'
ACCOUNTS = """
[[records]]
kind = "accounts"
file = "accounts.csv"
external_id = "id"
fields.name = "name"
fields.employees = "staff"
fields.parent = "parent"
"""
DEALS = """
[[records]]
kind = "opportunities"
file = "deals.csv"
external_id = "id"
fields.account = "account"
fields.stage = "stage"
fields.status = { column = "stage", values = { Won = "won", Lost = "lost", New = "open", Late = "open" } }
fields.created_on = "created"
fields.closed_on = "closed"
fields.amount = { column = "worth", currency = "EUR" }
"""


def an_export(folder: Path, **files: str | bytes) -> Path:
    """A folder with these CSV files."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


async def imported(
    database: Database, organization: str, folder: Path, mapping: str | bytes, as_of: date | None = None
) -> Report:
    """What came of importing the folder."""
    read = mapping_of(mapping if isinstance(mapping, bytes) else mapping.encode())
    return await service.import_export(database, organization, surveying.surveyed(folder, read), as_of)


def reasons(report: Report) -> list[tuple[int, str]]:
    """Row numbers and reasons of all that was refused."""
    return [(remark.row, remark.reason) for file in report.files for remark in file.refused]


def counts(report: Report, place: int = 0) -> dict[str, int]:
    """How many rows of a file had each result; results that no row had are left out."""
    file = report.files[place]
    return {result: file.count(result) for result in file.results if file.count(result)}
