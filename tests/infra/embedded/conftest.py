import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest

from app.infra.embedded import EmbeddedPostgres
from app.infra.embedded.binaries import package_binaries

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 30

# Starts (or joins) the server of a folder, tells how it went, and keeps it until its standard input ends.
PROGRAM = """
import sys
from pathlib import Path
from app.infra.embedded import EmbeddedPostgres, EmbeddedPostgresError
embedded = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
try:
    print(embedded.start(), embedded.owner, flush=True)
except EmbeddedPostgresError as failure:
    sys.exit(str(failure))
sys.stdin.read()
embedded.stop()
"""


class AnotherProcess:
    def __init__(self, folder: Path, python: str = sys.executable, user: int | None = None) -> None:
        packages = package_binaries().parents[2]
        self.process = subprocess.Popen(
            [python, "-c", PROGRAM, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )

    def started(self):
        """Its URL and whether it owns the server."""
        assert self.process.stdout is not None
        url, owner = self.process.stdout.readline().split()
        return url, owner == "True"

    def refusal(self):
        return self.process.communicate(timeout=PATIENCE_SECONDS)[1]

    def end(self):
        if self.process.returncode is None:
            self.process.communicate(timeout=PATIENCE_SECONDS)

    def kill(self):
        self.process.kill()
        self.end()


def removed(folder: Path):
    for record in (folder / "postgres").resolve().glob("socket-folder"):
        shutil.rmtree(record.read_text(), ignore_errors=True)
    shutil.rmtree((folder / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder():
    """A data folder that an unprivileged account can reach (pytest's own is closed to it)."""
    made = Path(tempfile.mkdtemp(prefix="kap-test-")).resolve()
    made.chmod(0o711)
    yield made
    removed(made)


@pytest.fixture
def folder_named(folder):
    """Makes a data folder of that name."""
    made = []

    def make(name: str):
        made.append(folder / name)
        made[-1].mkdir(mode=0o711)
        return made[-1]

    yield make
    for each in made:
        removed(each)


@pytest.fixture(scope="session")
def cluster():
    """A data folder whose cluster is made and at rest."""
    made = Path(tempfile.mkdtemp(prefix="kap-test-")).resolve()
    with EmbeddedPostgres(made, durable=False):
        pass
    yield made
    removed(made)


@pytest.fixture
def used_folder(cluster, folder):
    """A data folder that has been used before."""
    subprocess.run(["cp", "-a", f"{cluster}/.", folder], check=True)
    return folder


@pytest.fixture
def closed_folder(tmp_path):
    """A data folder that nobody else can reach, like one below /root."""
    (tmp_path / "closed").mkdir(mode=0o700)
    yield tmp_path / "closed" / "data"
    removed(tmp_path / "closed" / "data")


@pytest.fixture
def embedded():
    """Makes supervisors, and stops them in the end."""
    made = []

    def make(folder: Path, binaries: Path | None = None):
        made.append(EmbeddedPostgres(folder, durable=False, binaries=binaries))
        return made[-1]

    yield make
    for supervisor in reversed(made):
        supervisor.stop()


@pytest.fixture
def another_process():
    """Makes processes with supervisors of their own, and ends them in the end."""
    made = []

    def make(folder: Path, **options):
        made.append(AnotherProcess(folder, **options))
        return made[-1]

    yield make
    for process in made:
        process.kill()


@pytest.fixture
def ask():
    """The one value of a query, asked again while the server is away."""

    async def asked(url: str, query: str):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    connection = await asyncpg.connect(url)
                except (OSError, asyncpg.CannotConnectNowError):
                    await asyncio.sleep(0.05)
                    continue
                try:
                    return await connection.fetchval(query)
                finally:
                    await connection.close()

    return asked


@pytest.fixture
def nobody():
    """An ordinary user and an interpreter that it can run."""
    if os.geteuid() != 0:
        pytest.skip("only root can start a process as somebody else")
    uid = 65534
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        command = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            if subprocess.run(command, user=uid, group=uid, extra_groups=[], check=False, cwd="/").returncode == 0:
                return {"python": python, "user": uid}
        except OSError:
            continue
    pytest.skip("no Python 3.11 that an unprivileged account can run")


@pytest.fixture
def bystander():
    """A process that has nothing to do with us, of the account that a folder belongs to; the same one each time."""
    made: list[subprocess.Popen[bytes]] = []

    def of(owned: Path):
        if not made:
            uid = owned.stat().st_uid
            made.append(subprocess.Popen(["sleep", "60"], user=uid if os.geteuid() == 0 else None))
        return made[0]

    yield of
    for process in made:
        process.kill()
        process.wait()
