"""Prism before a fake CRM: a proxy of Stoplight's that refuses requests which an OpenAPI document does not allow."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]  # it has no stubs here

PACKAGE = "@stoplight/prism-cli@5.16.0"
FOLDER = Path(__file__).parents[2] / ".venv" / "prism"
INSTALL_SECONDS, START_SECONDS = 300, 60


def installed() -> Path:
    """The program, installed once with npm; the test is skipped where that cannot be."""
    program, stamp = FOLDER / "node_modules" / ".bin" / "prism", FOLDER / ".made"
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm to install Prism with")
    if not stamp.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        command = [npm, "install", "--prefix", str(FOLDER), *options, PACKAGE]
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        if done.returncode != 0:
            pytest.skip(f"npm cannot install Prism: {done.stderr[-300:]}")
        stamp.touch()
    return program


def requests_only(document: Path, prefix: str, under: tuple[str, ...]) -> dict[str, Any]:
    """The document with its addresses as they stand on the wire, without what it says of answers.

    (It does not say which of their fields may be null, and they are.) under: which of its paths.
    """
    told = yaml.load(document.read_text(), Loader=yaml.CSafeLoader)
    paths = {f"{prefix}{path}": rules for path, rules in told["paths"].items() if path.split("/")[1] in under}
    for rules in paths.values():
        for operation in rules.values():
            if isinstance(operation, dict):
                operation["responses"] = {"default": {"description": "anything"}}
    return {**told, "servers": [{"url": "/"}], "paths": paths}


@contextmanager
def guarding(document: dict[str, Any], upstream: str, folder: Path) -> Iterator[str]:
    """Prism between a caller and the fake CRM; the address to call instead of the fake's."""
    place = folder / "openapi.json"
    place.write_text(json.dumps(document))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "prism.log"
    command = [str(installed()), "proxy", str(place), upstream, "--port", str(port), "--host", "127.0.0.1", "--errors"]
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as prism:
        try:
            _wait(prism, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            prism.terminate()


def _wait(prism: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert prism.poll() is None, log.read_text()
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"Prism does not start: {log.read_text()}")
