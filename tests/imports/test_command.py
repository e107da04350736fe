"""`kap import` as a process of its own."""

import json
from itertools import count
from uuid import uuid4

import pytest

from tests.imports.ground import ACCOUNTS, DEALS, HEAD, an_export
from tests.processes import printed


@pytest.fixture
def imported(database_url, tmp_path):
    """Runs the command beside the tests' database."""
    logs = count()

    async def run(*arguments):
        log, data = tmp_path / str(next(logs)), str(tmp_path / "data")
        return await printed("import", *map(str, arguments), log=log, DATABASE_URL=database_url, KAP_DATA_DIR=data)

    return run


@pytest.fixture
def export(tmp_path):
    (tmp_path / "mapping.toml").write_text(HEAD + ACCOUNTS + DEALS, encoding="utf-8")
    accounts = "id,name,staff,parent,note\n1,Acme,10,,\n2,Beta,many,,\n"
    return an_export(
        tmp_path / "export", accounts=accounts, deals="id,account,stage,created,closed,worth\nd1,,New,,,\n"
    )


async def test_the_report_tells_of_every_row(imported, export, tmp_path):
    organization, report = f"by command {uuid4()}", tmp_path / "report.json"
    arguments = (export, "--mapping", tmp_path / "mapping.toml", "--organization", organization, "--report", report)

    first = await imported(*arguments, "--strict")
    again = await imported(*arguments)

    assert (first.code, again.code) == (1, 0)
    assert "accounts.csv: not used: note" in first.out
    assert 'accounts.csv row 3 "2": employees: is no number (staff = "many")' in first.out
    assert "2 rows are kept, 1 of them without an account (unassigned); 1 were refused." in first.out
    assert "3/3" in first.err
    written = json.loads(report.read_text(encoding="utf-8"))
    assert written["as_of"] == "2020-06-30"
    assert written["files"][0]["counts"] == {
        "rows": 2, "created": 0, "updated": 0, "unchanged": 1, "stale": 0, "refused": 1, "unassigned": 0,
    }  # fmt: skip
    assert written["files"][0]["rows"]["unchanged"] == "2"
    assert written["files"][0]["refused"] == [
        {"row": 3, "external_id": "2", "reason": 'employees: is no number (staff = "many")'}
    ]
    assert written["files"][1]["rows"]["unassigned"] == "2"


async def test_what_cannot_be_imported_is_said_plainly_and_exits_with_2(imported, export, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(HEAD + ACCOUNTS.replace("fields.name", "fields.nmae"), encoding="utf-8")
    organization = f"by command {uuid4()}"

    unusable = await imported(export, "--mapping", bad, "--organization", organization)
    missing = await imported(
        tmp_path / "nowhere", "--mapping", tmp_path / "mapping.toml", "--organization", organization
    )

    assert (unusable.code, missing.code) == (2, 2)
    assert "records 1 (accounts): fields.nmae: accounts have no such field" in unusable.err
    assert "accounts.csv: No such file or directory" in missing.err
    assert "Traceback" not in unusable.err + missing.err
    assert unusable.out + missing.out == ""
