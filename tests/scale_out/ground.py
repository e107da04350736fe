"""What tests of scale-out stand on: a pooler and a streaming replica before and beside a server of theirs."""

import asyncio
import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import asyncpg
import httpx
import pytest

from app.infra.embedded import places
from app.infra.embedded.binaries import package_binaries, reachable, version
from app.infra.embedded.launching import Account, launch
from tests.jobs.ground import fresh_database, until
from tests.processes import PATIENCE_SECONDS, Process, free_port

LOGIN, PASSWORD = "kap_login", "not-a-secret"
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
needs_pgbouncer = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed (.ci/test-tools does it)")


@dataclass(frozen=True)
class Server:
    """A migrated database on a server that has a login under the policies."""

    url: str  # of the owner, who may do everything

    @property
    def host(self) -> str:
        return parse_qs(urlsplit(self.url).query)["host"][0]

    @property
    def database(self) -> str:
        return urlsplit(self.url).path.removeprefix("/")

    @property
    def login_url(self) -> str:
        """Past any pooler."""
        return f"postgresql://{LOGIN}:{PASSWORD}@/{self.database}?host={quote(self.host)}"

    @property
    def account(self) -> Account | None:
        """Whom the server runs as, if that is not us."""
        whose = Path(self.host).stat()
        return None if whose.st_uid == os.geteuid() else Account(whose.st_uid, whose.st_gid)


def a_server() -> Server:
    """Not from inside a running loop."""
    made = Server(fresh_database())
    asyncio.run(_login(made.url))
    return made


async def _login(url: str) -> None:
    connection = await asyncpg.connect(url)
    with contextlib.suppress(asyncpg.DuplicateObjectError):
        await connection.execute(f"CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}' IN ROLE kap_app")
    await connection.close()


@contextlib.contextmanager
def pooled(server: Server, *, connections: int, login: str = LOGIN) -> Iterator[str]:
    """PgBouncer before the server, by transactions, with so few connections to it; the URL that leads through it."""
    owner = urlsplit(server.url)
    account = server.account
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="kap-pooler-"))
    users = folder / "users.txt"
    users.write_text(f'"{LOGIN}" "{PASSWORD}"\n"{owner.username}" "{owner.password}"\n')
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"""[databases]
kap = host={server.host} dbname={server.database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 500
logfile = {folder / "pgbouncer.log"}
"""
    )
    for path in (folder, users, config):
        places.hand_over(path, account)
    assert PGBOUNCER is not None
    process = launch(account, [PGBOUNCER, str(config)], cwd=folder, stdin=subprocess.DEVNULL, output=subprocess.DEVNULL)
    try:
        _listens(process, port)
        yield f"postgresql://{login}@127.0.0.1:{port}/kap"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _listens(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(1_000):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert process.poll() is None, "the pooler has ended"
        time.sleep(0.02)
    raise TimeoutError("the pooler does not listen")


@dataclass
class Standby:
    """A streaming replica that runs."""

    url: str  # of the owner
    login_url: str
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def replicated(server: Server) -> Iterator[Standby]:
    """A replica of the server, made by pg_basebackup."""
    folder = Path(tempfile.mkdtemp(prefix="kap-standby-"))
    folder.chmod(0o711)
    account = server.account
    places.hand_over(folder, account)
    binaries = reachable(package_binaries(), version(package_binaries()), folder, account)
    if not (binaries / "pg_basebackup").exists():
        pytest.skip(f"there is no pg_basebackup beside {binaries / 'postgres'}")
    _made(server, folder, binaries)
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "port": "5432", "fsync": "off"}
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (folder / "log").open("ab") as log:
        process = launch(account, command, cwd=folder, stdin=subprocess.DEVNULL, output=log)
    try:
        yield Standby(
            server.url.replace(quote(server.host), quote(str(folder))),
            server.login_url.replace(quote(server.host), quote(str(folder))),
            process,
        )
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _made(server: Server, folder: Path, binaries: Path) -> None:
    command = [str(binaries / "pg_basebackup"), "-D", str(folder / "data"), "-d", server.url, "-R", "-c", "fast"]
    process = launch(
        server.account, [*command, "--no-sync"], cwd=folder,
        stdin=subprocess.DEVNULL, output=subprocess.PIPE,
    )  # fmt: skip
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said


@contextlib.asynccontextmanager
async def asked(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection of the owner's, as soon as the server takes one."""
    connection = await until(lambda: _connected(url))
    try:
        yield connection
    finally:
        await connection.close()


async def _connected(url: str) -> "asyncpg.Connection[asyncpg.Record] | None":
    try:
        return await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError):
        return None


class Balancer(httpx.AsyncBaseTransport):
    """Sends each request to the next of the processes, as a balancer does; keeps what they answered.

    What is 503 is sent again as the answer asks for: on a machine that is busy with other things, few connections are
    waited for longer than the service lets anybody wait.
    """

    def __init__(self, *processes: Process) -> None:
        self._ports = itertools.cycle([process.port for process in processes])
        self._inner = httpx.AsyncHTTPTransport()
        self.answers: list[tuple[str, str, int]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                request.url = request.url.copy_with(port=next(self._ports))
                answer = await self._inner.handle_async_request(request)
                if answer.status_code != 503 or "retry-after" not in answer.headers:
                    break
                await answer.aread()
                await asyncio.sleep(float(answer.headers["retry-after"]))
        self.answers.append((request.method, request.url.path, answer.status_code))
        return answer

    async def aclose(self) -> None:
        """Many clients share it: it is closed by nobody, and ends with the test."""

    @property
    def failed(self) -> list[tuple[str, str, int]]:
        return [answer for answer in self.answers if answer[2] >= 500]

    def client(self, key: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.AsyncClient(transport=self, base_url="http://127.0.0.1", headers=headers, timeout=60)
