"""Who runs the embedded PostgreSQL of a data folder: one process owns it, others join, and any of them takes over."""

import fcntl
import logging
import os
import queue
import subprocess
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from app.infra.embedded import cluster, postmaster
from app.infra.embedded.launching import EmbeddedPostgresError, plain_errors

log = logging.getLogger(__name__)

WATCH_SECONDS = 0.5
RETRY_SECONDS = 3.0
JOIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class _Request:
    ends: bool
    done: Future[None] = field(default_factory=Future)


class EmbeddedPostgres:
    """The PostgreSQL of a data folder, for as long as this object is started.

    Whoever locks the folder first owns the server: it runs as that process's child and, on Linux, ends with it even
    if that is killed. Others join. A thread of each, the keeper, restarts a server that died and takes over from an
    owner that is gone. `durable=False` gives up safety against a power cut for speed (tests). `binaries` is the `bin`
    folder of a PostgreSQL 15 or newer; by default the package's.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        self._data_dir = data_dir.absolute()
        self._durable = durable
        self._binaries = binaries
        self._lock: int | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
        self._keeper: threading.Thread | None = None
        self._changing = threading.Lock()

    @property
    def owner(self) -> bool:
        """Whether the server is this process's; else it has joined another's."""
        return self._lock is not None

    @property
    def url(self) -> str:
        """How the database's owner connects; the same for every process, and after every restart."""
        with plain_errors(self._data_dir):
            return cluster.url((self._data_dir / "postgres").resolve())

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> str:
        """Make the database answer, by starting its server or joining it, and keep it so; its owner's URL."""
        try:
            self.ensure()
            url = self.url
        except BaseException:
            self.stop()
            raise
        return url

    def ensure(self) -> None:
        """Return once the server answers; start it if nobody does."""
        with self._changing:
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="embedded-postgres", daemon=True)
                self._keeper.start()
            request = _Request(ends=False)
            self._requests.put(request)
        request.done.result()

    def stop(self) -> None:
        """End the server if it is this process's; leave another's alone."""
        with self._changing:
            if self._keeper is not None:
                self._requests.put(_Request(ends=True))
                self._keeper.join()
                self._keeper = None

    # Below: on the keeper's thread only. The server is started on this one because Linux ends it with the *thread*
    # that started it, and this one lasts until stop().

    def _keep(self) -> None:
        pause = WATCH_SECONDS
        while True:
            try:
                request = self._requests.get(timeout=pause)
            except queue.Empty:
                pause = WATCH_SECONDS if self._watch() else RETRY_SECONDS
                continue
            if request.ends:
                self._end()
                return
            self._answer(request)

    def _answer(self, request: _Request) -> None:
        try:
            self._look_after(JOIN_SECONDS)
        except Exception as failure:  # noqa: BLE001 - the caller's thread raises it
            request.done.set_exception(failure)
        else:
            request.done.set_result(None)

    def _watch(self) -> bool:
        try:
            self._look_after(0)
        except Exception as failure:  # noqa: BLE001 - nothing may end the keeper; it tries again
            log.warning("The embedded PostgreSQL is down; trying again in %g s. %s", RETRY_SECONDS, failure)
            return False
        return True

    def _look_after(self, patience_seconds: float) -> None:
        """Run the server if it is ours to run; else wait so long until another process's answers."""
        deadline = time.monotonic() + patience_seconds
        with plain_errors(self._data_dir):
            while not self._owns():
                if not patience_seconds or postmaster.answers((self._data_dir / "postgres").resolve()):
                    return
                if time.monotonic() > deadline:
                    raise EmbeddedPostgresError(
                        f"Another process holds {self._data_dir}, but its database does not answer:"
                        f" see {self._data_dir / 'postgres' / 'log'}"
                    )
                time.sleep(0.02)
            self._serve()

    def _owns(self) -> bool:
        """Whether we hold the folder's lock; taken if nobody does. The system frees it however its holder ends."""
        if self._lock is None:
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self._data_dir / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            except BaseException:
                os.close(lock)
                raise
            self._lock = lock
        return True

    def _serve(self) -> None:
        if self._server is not None:
            if self._server.poll() is None:
                return
            log.warning("The embedded PostgreSQL ended (status %d); starting it again", self._server.returncode)
            self._server = None
        ready = cluster.prepared(self._data_dir, self._binaries, durable=self._durable)
        self._server = postmaster.started(ready)

    def _end(self) -> None:
        if self._server is not None:
            postmaster.ended(self._server)
            self._server = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
