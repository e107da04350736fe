"""Starts the servers that are measured, ours and the bare ones, each a process of its own on a free port."""

import base64
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

PATIENCE_SECONDS = 60
SEALING_KEYS = f"bench:{base64.b64encode(bytes(32)).decode()}"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def process(command: Sequence[str], environment: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    """A process of ours; what it logs goes nowhere, what it fails of is shown."""
    started = subprocess.Popen(
        [sys.executable, "-m", *command], env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=PATIENCE_SECONDS)


def answers(port: int, path: str) -> bool:
    """Whether the server on `port` answers 200 now."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(12) == b"HTTP/1.1 200"
    return False


def seconds_until(started: "subprocess.Popen[bytes]", port: int, path: str) -> float:
    """How long it takes until the server answers 200."""
    began = time.perf_counter()
    while not answers(port, path):
        if started.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
            raise RuntimeError(f"the server on port {port} did not come up")
        time.sleep(0.01)
    return time.perf_counter() - began


def environment(url: str, **more: str) -> dict[str, str]:
    """What our processes are told that work on the database at `url`."""
    own = {
        "DATABASE_URL": url,
        "KAP_DEMO": "false",
        "KAP_RATE_LIMIT": "999999999/minute",
        "KAP_SEALING_KEYS": SEALING_KEYS,
    }
    return {**own, **more}


@contextlib.contextmanager
def ours(url: str) -> Iterator[int]:
    """The service on the database at `url`, as `kap serve` runs it; yields its port."""
    with served(url) as (port, _):
        yield port


@contextlib.contextmanager
def served(url: str) -> Iterator[tuple[int, int]]:
    """The same; yields its port and the number of its process."""
    port = free_port()
    with process(["app", "serve"], environment(url, PORT=str(port))) as started:
        seconds_until(started, port, "/readyz")
        yield port, started.pid


@contextlib.contextmanager
def with_worker(url: str, **more: str) -> Iterator[int]:
    """The service with a worker beside it, each a process; yields the port."""
    port = free_port()
    told = environment(url, PORT=str(port), **more)
    with process(["app", "serve"], told) as started:
        seconds_until(started, port, "/readyz")
        with process(["app", "worker"], told):
            yield port


@contextlib.contextmanager
def bare(kind: str, url: str = "") -> Iterator[int]:
    """One of `benchmarks.bare`'s servers; yields its port."""
    port = free_port()
    with process(["benchmarks.bare", kind, str(port)], {"DATABASE_URL": url}) as started:
        seconds_until(started, port, "/readyz")
        yield port
