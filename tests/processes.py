"""`kap` as processes of its own, which can be told to end, killed, and read.

They are forked from one that has imported the application already: they are as real as any other, but do not spend the
seconds that an import takes. What has to start from nothing (an installation, another clock) starts with `started`.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx

from app.infra.settings import Settings
from tests.conftest import SEALING_KEYS

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120

# How busy the machine of the tests is says nothing of the code; and what a service is told that is not to be patient.
PATIENT = {"KAP_QUICK_SECONDS": "20", "KAP_POOL_TIMEOUT_SECONDS": "20"}
IMPATIENT = {
    "KAP_QUICK_SECONDS": str(Settings().quick_seconds),
    "KAP_POOL_TIMEOUT_SECONDS": str(Settings().pool_timeout_seconds),
}

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["app.command_line", "app.serving", "app.worker", "tests.jobs.workers"])


def environment(**more: str) -> dict[str, str]:
    """What a process is told: nothing of the tests' own settings, keys to seal with, no demo, this machine allowed."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KAP_", "DATABASE_", "PORT"))}
    own = {
        "KAP_SEALING_KEYS": SEALING_KEYS, "KAP_DEMO": "false", "KAP_LOOPBACK_CRMS": "true",
        "KAP_LOOPBACK_WEBHOOKS": "true", "KAP_RATE_LIMIT": "1000000/minute", "PORT": "0",
    }  # fmt: skip
    return {**plain, **own, **PATIENT, **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """One that runs, or has ended."""

    def __init__(
        self, target: Callable[..., None], arguments: tuple[str, ...], log: Path, told: dict[str, str]
    ) -> None:
        self.log, self.port = log, int(told["PORT"])
        log.touch()
        self._process = _FORKING.Process(target=_run, args=(target, arguments, str(log), told), daemon=False)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended, as `subprocess` tells it; None while it runs."""
        return self._process.exitcode

    @property
    def out(self) -> str:
        """What it has printed, and its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def err(self) -> str:
        """What it has complained of."""
        file = Path(f"{self.log}.err")
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    @property
    def said(self) -> str:
        return self.out + self.err

    def send(self, what: signal.Signals) -> None:
        if self.code is None:
            os.kill(self.pid, what)

    def terminate(self) -> None:
        self.send(signal.SIGTERM)

    async def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        self.send(signal.SIGKILL)
        await self.ended()

    async def ended(self, seconds: float = PATIENCE_SECONDS) -> int:
        """How it ended, once it has."""
        await asyncio.to_thread(self._process.join, seconds)
        if self.code is None:
            raise TimeoutError(f"process {self.pid} goes on")
        return self.code

    async def ready(self) -> None:
        """Return once it answers that it is ready to serve."""
        async with self.client() as client, asyncio.timeout(PATIENCE_SECONDS):
            while True:
                assert self.code is None, self.said
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.05)

    def client(self, key: str | None = None) -> httpx.AsyncClient:
        """One that speaks with the process, with a key to show or without."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=60)


def _run(target: Callable[..., None], arguments: tuple[str, ...], log: str, told: dict[str, str]) -> None:
    with open(log, "ab") as out, open(f"{log}.err", "ab") as err:  # noqa: PTH123  # a file's number is wanted
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
    os.environ.clear()
    os.environ.update(told)
    target(*arguments)


def as_kap(*arguments: str) -> None:
    """What a process does that was forked to be `kap …`."""
    sys.argv = ["kap", *arguments]
    from app.command_line import main  # noqa: PLC0415  # has been imported long since, where this is forked from

    main()


@contextlib.asynccontextmanager
async def forked(target: Callable[..., None], *arguments: str, log: Path, **more: str) -> AsyncIterator[Process]:
    """A function as long as it is wanted; told to end at last, and killed if it does not.

    log: a file of its own, in which what it prints is found. more: environment, such as DATABASE_URL.
    """
    process = await asyncio.to_thread(Process, target, arguments, log, environment(**more))
    try:
        yield process
    finally:
        process.terminate()
        try:
            await process.ended(40)
        except TimeoutError:
            await process.kill()


def kap(*arguments: str, log: Path, **more: str) -> AbstractAsyncContextManager[Process]:
    """`kap …` as long as it is wanted."""
    return forked(as_kap, *arguments, log=log, **more)


async def printed(*arguments: str, log: Path, **more: str) -> Process:
    """`kap …`, once it has ended by itself."""
    async with kap(*arguments, log=log, **more) as process:
        await process.ended()
    return process


@contextlib.asynccontextmanager
async def serving(url: str, *, log: Path, **more: str) -> AsyncIterator[Process]:
    """`kap serve` on the database at `url`, ready."""
    async with kap("serve", log=log, DATABASE_URL=url, PORT=str(free_port()), **more) as process:
        await process.ready()
        yield process


@contextlib.asynccontextmanager
async def working(url: str, *, log: Path, **more: str) -> AsyncIterator[Process]:
    """`kap worker` on the database at `url`, started."""
    async with kap("worker", log=log, DATABASE_URL=url, **more) as process:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "worker_started" not in process.said:
                assert process.code is None, process.said
                await asyncio.sleep(0.05)
        yield process


@contextlib.contextmanager
def started(*command: str, log: Path, **more: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A program of any kind, from nothing; killed at last, if it has not ended."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(**more), stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
