"""`make audit`: what the lists of known faults say decides whether it fails, and not knowing is said."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

FAULT = {"id": "PYSEC-2026-1", "fix_versions": ["2.1", "3.0"]}
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
FAULTY = {"name": "faulty", "version": "2.0", "vulns": [FAULT]}
UNMENDED = {"name": "unmended", "version": "4.0", "vulns": [{"id": "PYSEC-2026-2", "fix_versions": []}]}
UNKNOWN = {"name": "ours", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("pypi", "osv", "status", "said"),
    [
        pytest.param([SOUND], None, 0, "1 packages, none with a known fault", id="sound"),
        pytest.param([SOUND, FAULTY], None, 1, "faulty 2.0: PYSEC-2026-1, mended in 2.1, 3.0", id="faulty"),
        pytest.param([UNMENDED], None, 1, "unmended 4.0: PYSEC-2026-2, mended in no version yet", id="unmended"),
        pytest.param([UNKNOWN, FAULTY], None, 1, "faulty 2.0", id="a fault counts, whatever is unknown beside it"),
        pytest.param([SOUND, UNKNOWN], [FAULTY], 1, "faulty 2.0", id="the second list knows what the first does not"),
        pytest.param([SOUND, UNKNOWN], [SOUND], 0, "none with a known fault", id="unknown to the first alone"),
        pytest.param(None, [FAULTY], 1, "faulty 2.0", id="the first cannot be reached"),
        pytest.param(None, None, 0, "Skipped: no list of known faults can be reached", id="none can be reached"),
        pytest.param([UNKNOWN], [], 0, "Skipped", id="nobody knows anything"),
    ],
)
def test_a_known_fault_fails_the_audit_and_what_is_not_known_is_said(tmp_path, pypi, osv, status, said):
    audits = _answering(tmp_path, pypi=pypi, osv=osv)

    done = subprocess.run([ROOT / ".ci/audit", "runtime.txt", audits], capture_output=True, text=True, check=False)

    assert (done.returncode, said in done.stdout) == (status, True), done.stdout + done.stderr


def _answering(folder: Path, **lists):
    """A folder in which the auditor stands that has such lists; None: it cannot be reached, and reports nothing."""
    (folder / "bin").mkdir()
    shutil.copy(ROOT / "requirements/audit.txt", folder / ".made")
    (folder / "bin/python").symlink_to(sys.executable)
    for name, packages in lists.items():
        if packages is not None:
            (folder / f"{name}.json").write_text(json.dumps({"dependencies": packages, "fixes": []}))
    auditor = folder / "bin/pip-audit"
    auditor.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, shutil, sys\n"
        "told = dict(zip(sys.argv, sys.argv[1:]))\n"
        "answer = pathlib.Path(__file__).parents[1] / f\"{told['--vulnerability-service']}.json\"\n"
        "if answer.exists(): shutil.copy(answer, told['--output'])\n"
        "sys.exit(1)\n"
    )
    auditor.chmod(0o755)
    return folder
