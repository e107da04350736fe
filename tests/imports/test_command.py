"""`kap import` as a process of its own."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import pytest

from tests.imports.ground import ACCOUNTS, DEALS, HEAD, an_export


@pytest.fixture
def kap(database_url, tmp_path):
    """Runs the command beside the tests' database."""
    environment = {**os.environ, "DATABASE_URL": database_url, "KAP_DATA_DIR": str(tmp_path / "data")}

    def run(*arguments):
        command = [sys.executable, "-m", "app", "import", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture
def export(tmp_path):
    (tmp_path / "mapping.toml").write_text(HEAD + ACCOUNTS + DEALS, encoding="utf-8")
    accounts = "id,name,staff,parent,note\n1,Acme,10,,\n2,Beta,many,,\n"
    return an_export(
        tmp_path / "export", accounts=accounts, deals="id,account,stage,created,closed,worth\nd1,,New,,,\n"
    )


def test_the_report_tells_of_every_row(kap, export, tmp_path):
    organization, report = f"by command {uuid4()}", tmp_path / "report.json"
    arguments = (export, "--mapping", tmp_path / "mapping.toml", "--organization", organization, "--report", report)

    first = kap(*arguments, "--strict")
    again = kap(*arguments)

    assert (first.returncode, again.returncode) == (1, 0)
    assert "accounts.csv: not used: note" in first.stdout
    assert 'accounts.csv row 3 "2": employees: is no number (staff = "many")' in first.stdout
    assert "2 rows are kept, 1 of them without an account (unassigned); 1 were refused." in first.stdout
    assert "3/3" in first.stderr
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


def test_what_cannot_be_imported_is_said_plainly_and_exits_with_2(kap, export, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(HEAD + ACCOUNTS.replace("fields.name", "fields.nmae"), encoding="utf-8")
    organization = f"by command {uuid4()}"

    unusable = kap(export, "--mapping", bad, "--organization", organization)
    missing = kap(tmp_path / "nowhere", "--mapping", tmp_path / "mapping.toml", "--organization", organization)

    assert (unusable.returncode, missing.returncode) == (2, 2)
    assert "records 1 (accounts): fields.nmae: accounts have no such field" in unusable.stderr
    assert "accounts.csv: No such file or directory" in missing.stderr
    assert "Traceback" not in unusable.stderr + missing.stderr
    assert unusable.stdout + missing.stdout == ""
