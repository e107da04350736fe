"""One running PostgreSQL server: started, seen to be ready, and ended."""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from app.infra.embedded.cluster import Cluster
from app.infra.embedded.launching import EmbeddedPostgresError, explained, launch
from app.infra.embedded.places import socket_folder

START_SECONDS = 300.0  # crash recovery may have much to replay
LEFTOVER_SECONDS = 10.0
LOG_BYTES = 10_000_000
_TICK = 0.01
# Without waiting for clients but with a checkpoint; without that; by force. And how long each may take, in seconds.
_WAYS_TO_END = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def started(cluster: Cluster) -> subprocess.Popen[bytes]:
    """The server, ready for connections. Only for who holds the folder's lock."""
    _end_leftover(cluster.data)
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while True:
        process, said = _try_to_start(cluster)
        if process is not None:
            return process
        # The sessions of a killed server go within a moment; till then its shared memory is in use.
        if "pre-existing shared memory" not in said or time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"{explained(said, cluster.home)}\nMore in {cluster.log}")
        time.sleep(0.2)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Shut the server down."""
    for how, patience in _WAYS_TO_END:
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return


def answers(home: Path) -> bool:
    """Whether a server is ready there, whoever started it."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        folder = (home / "socket-folder").read_text(encoding="utf-8")
        client.settimeout(2)
        client.connect(f"{folder}/.s.PGSQL.5432")
        # In this order: a stale file still says "ready", but who listens has written it anew.
        return _written(home / "data")[1]
    return False


def _try_to_start(cluster: Cluster) -> tuple[subprocess.Popen[bytes] | None, str]:
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_BYTES:
        cluster.log.replace(cluster.log.with_name("log.1"))
    with cluster.log.open("ab") as log:
        before = log.tell()
        process = launch(cluster.account, _command(cluster), cwd=cluster.home, stdin=subprocess.DEVNULL, output=log)
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        if _written(cluster.data) == (process.pid, True):
            return process, ""
        if time.monotonic() > deadline:
            ended(process)
        time.sleep(_TICK)
    with cluster.log.open("rb") as log:
        log.seek(before)
        return None, log.read().decode(errors="replace")


def _command(cluster: Cluster) -> list[str]:
    folder = socket_folder(cluster.home, cluster.account)
    for left in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        # A killed server's: the process number in it may be another's by now.
        (folder / left).unlink(missing_ok=True)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "100",
        "shared_buffers": f"{_shared_buffers_mb()}MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not cluster.durable:
        # Commits still reach the system before they are acknowledged, and so survive a kill.
        settings |= {"fsync": "off", "full_page_writes": "off"}
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [str(cluster.binaries / "postgres"), "-D", str(cluster.data), *options]


def _shared_buffers_mb() -> int:
    """A sixteenth of the machine's memory, between 64 and 512 MB: the service itself wants the rest."""
    memory_mb: int = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return min(max(memory_mb // 16, 64), 512)


def _written(data: Path) -> tuple[int, bool]:
    """The server's process number (0 if none) and whether it is ready, as its own file says; the file may be stale."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return int(lines[0]), len(lines) > 7 and lines[7].strip() == "ready"
    except (FileNotFoundError, ValueError, IndexError):
        return 0, False


def _end_leftover(data: Path) -> None:
    """End a server that has outlived the process it belonged to, and clear away what a killed one has left."""
    pid = _written(data)[0]
    for how, patience in _WAYS_TO_END:
        deadline = time.monotonic() + patience
        while _serves(pid, data) and time.monotonic() < deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
            time.sleep(0.1)
    # Its number may be another process's by now, and PostgreSQL would take that one for a server.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a server of this very folder."""
    if pid <= 0:
        return False
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return os.fsencode(data) in words
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False)  # noqa: S603, S607
    return os.fsencode(data) in shown.stdout
