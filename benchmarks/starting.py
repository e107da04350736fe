"""B11: how long it takes from the command to a service that is ready, with the embedded database."""

import os
import shutil
import tempfile
from pathlib import Path

from benchmarks import servers
from benchmarks.figures import Figure, at_most, medians

FIRST_GOAL_SECONDS = 180.0
SECOND_GOAL_SECONDS = 8.0


def cold_start(*, repetitions: int) -> list[Figure]:
    """B11: the first start makes the database, migrates it and fills the demo; every other finds it."""
    folder = Path(tempfile.mkdtemp(prefix="kap-bench-"))
    try:
        first = _seconds(folder)
        again = medians({"again": lambda: _seconds(folder)}, repetitions)["again"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        at_most("B11 first start to /readyz, database made, without installation", "s", first, FIRST_GOAL_SECONDS),
        at_most("B11 second start to /readyz", "s", again, SECOND_GOAL_SECONDS),
    ]


def _seconds(folder: Path) -> float:
    port = servers.free_port()
    environment = {"KAP_DATA_DIR": str(folder), "PORT": str(port)}
    if "DATABASE_URL" in os.environ:
        raise RuntimeError("unset DATABASE_URL: this measures the start of the embedded database")
    with servers.process(["app", "serve", "--with-worker"], environment) as started:
        return servers.seconds_until(started, port, "/readyz")
