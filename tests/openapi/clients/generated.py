"""Clients generated from what the document says of a few operations, with tools installed once and kept in `.venv`."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / ".venv" / "openapi-clients"
# All operations take a minute to generate and compile: that is done when the document has changed, by make check.
USED = frozenset({
    "get_me",
    "list_accounts",
    "put_account_by_external_id",
    "get_account_by_external_id",
    "score_account_by_external_id",
    "get_account_health_by_external_id",
})  # fmt: skip
NO_TOOLS = 3
PATIENCE_SECONDS = 300


def tools(language: str) -> Path:
    """The folder of the tools for a language; the test is skipped where they cannot be had."""
    folder = TOOLS / language
    command = [str(ROOT / ".ci" / "client-tools"), language, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    if done.returncode == NO_TOOLS:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def run(*command: object, folder: Path) -> str:
    """What a command says, which has to end well."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, f"{words[0]}\n{done.stdout}\n{done.stderr}"
    return done.stdout
