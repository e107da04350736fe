"""Clients generated from what the document says of a few operations, with tools installed once and kept in `.venv`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / ".venv" / "openapi-clients"
DOCUMENT = ROOT / "openapi" / "openapi.json"
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
    command = [ROOT / ".ci" / "client-tools", language, folder]
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


def part(folder: Path) -> Path:
    """The document with the operations that are used here, and whatever these refer to."""
    whole = json.loads(DOCUMENT.read_text())
    paths: dict[str, Any] = {}
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            if operation["operationId"] in USED:
                for answer in operation["responses"].values():
                    answer.pop("links", None)
                paths.setdefault(path, {})[method] = operation
    components: dict[str, Any] = {"securitySchemes": whole["components"]["securitySchemes"]}
    waiting = list(_references(paths))
    while waiting:
        kind, name = waiting.pop().removeprefix("#/components/").split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = whole["components"][kind][name]
            waiting += _references(components[kind][name])
    place = folder / "openapi.json"
    place.write_text(json.dumps({**whole, "paths": paths, "components": components}))
    return place


def _references(told: Any) -> list[str]:
    if isinstance(told, list):
        return [one for each in told for one in _references(each)]
    if not isinstance(told, dict):
        return []
    own = [told["$ref"]] if isinstance(told.get("$ref"), str) else []
    return own + [one for each in told.values() for one in _references(each)]
