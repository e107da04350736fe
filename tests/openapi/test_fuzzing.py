"""Requests made up from the document, fit and unfit: no answer is a fault, and each is one that is documented."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import uvicorn

from app.main import create_app
from tests.conftest import a_tenant

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DOCUMENT = ROOT / "openapi" / "openapi.json"
CONFIG = HERE / "schemathesis.toml"
# All kinds of facts have the same doors; what is exhaustive is done for one that has all of them, and for the rest.
EXHAUSTIVE = ("accounts", "selection", "metrics", "jobs", "tenancy", "operation")


class Served:
    """The application on a socket, in a thread of its own, with a key of a new organization."""

    def __init__(self, app):
        self.app = app
        self.key = ""
        self.server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self):
        await asyncio.gather(self.server.serve(), self._prepare())

    async def _prepare(self):
        while not self.server.started:
            await asyncio.sleep(0.02)
        self.key = (await a_tenant(self.app.state.doorkeeper.database)).key
        self.ready.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(60)
        return self

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture(scope="module")
def served(settings, database_url):
    with Served(create_app(settings, database_url)) as made:
        yield made


def run(served, folder, *more):
    """What schemathesis says of the service, and whether it has nothing to say against it."""
    command = [
        Path(sys.executable).with_name("st"), "--config-file", CONFIG, "run", DOCUMENT, "--url", served.url,
        "-H", f"Authorization: Bearer {served.key}", "--seed", "1", "--no-color", "--no-shrink",
        "--warnings", "off", "--exclude-path-regex", "/events$", *more,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"}
    )
    said = "\n".join(line[:500] for line in done.stdout.splitlines())
    return done.returncode == 0, said + done.stderr[-2000:]


def test_made_up_requests_are_answered_as_documented(served, tmp_path):
    passed, said = run(served, tmp_path, "--phases", "examples,fuzzing", "--max-examples", "4")
    assert passed, said


def test_requests_at_every_bound_are_answered_as_documented(served, tmp_path):
    groups = [word for name in EXHAUSTIVE for word in ("--include-tag", name)]
    passed, said = run(served, tmp_path, "--phases", "coverage", *groups)
    assert passed, said
