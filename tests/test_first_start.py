"""A first start as its user sees it: real processes, an empty data folder, the lines that are printed, the end."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import socket
import stat
import sys
import tempfile
from pathlib import Path

import pytest

PATIENCE_SECONDS = 180


def kap(*arguments, folder, port=0):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KAP_", "DATABASE_"))}
    return asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", *arguments),
        env={**environment, "KAP_DATA_DIR": str(folder), "PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**22,
    )


async def greeted(process):
    """What is printed up to the last of the three lines to paste."""
    lines: list[str] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while sum("curl" in line for line in lines) < 3:
            line = (await process.stdout.readline()).decode()
            assert line, (await process.stderr.read()).decode()
            if not line.startswith("{"):
                lines.append(line)
    return lines


async def ended(process):
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await process.communicate()
    return process.returncode


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="kap-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_a_first_user_pastes_the_printed_lines_and_looks_again_tomorrow(folder, port):
    service = await kap("serve", "--with-worker", folder=folder, port=port)
    try:
        lines = await greeted(service)
        answers = [await pasted(line) for line in lines if "curl" in line]
        ranking = await printed(folder, "score", "--organization", "demo", "--top", "3")
    finally:
        code = await ended(service)
    again = await kap("serve", "--with-worker", folder=folder, port=port)
    try:
        second = await greeted(again)
    finally:
        assert await ended(again) == 0

    key_file = folder / "demo-key"
    assert code == 0
    assert '"organization":"demo"' in answers[0]
    assert '"simulated":true' in answers[1]
    assert '"contributions"' in answers[2]
    assert "demo (simulated)" in ranking
    assert key_file.read_text().strip() in "".join(lines)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert second == lines


async def pasted(line):
    process = await asyncio.create_subprocess_exec(*shlex.split(line), stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode()


async def printed(folder, *arguments):
    """What a command prints that works beside the running service."""
    process = await kap(*arguments, folder=folder)
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return out.decode()


async def test_a_new_key_is_printed_alone(folder):
    printed_key = await printed(folder, "keys", "create", "--organization", "acme", "--scopes", "accounts:read")

    assert re.fullmatch(r"kap_live_\w+\n", printed_key)


async def test_what_is_refused_is_said_plainly(folder):
    process = await kap("score", "--organization", "nobody", folder=folder)
    _, error = await process.communicate()

    assert process.returncode == 1
    assert error.decode().startswith("kap: there is no organization nobody")
