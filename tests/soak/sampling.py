"""How processes and their database are, sample by sample, and whether that is flat."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg

MEGABYTE = 2**20
# What is queued for later (the schedule) does not wait.
_COUNTS = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
           (SELECT count(*) FROM pgqueuer WHERE status = 'picked' OR status = 'queued' AND execute_after <= now())
               AS queued,
           (SELECT count(*) FROM crm_events WHERE state = 'waiting') AS waiting,
           (SELECT count(*) FROM crm_events WHERE state = 'dead') AS dead,
           (SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting') AS unsent,
           (SELECT count(*) FROM webhook_deliveries WHERE state IN ('exhausted', 'dropped')) AS lost
"""


@dataclass(frozen=True)
class Of:
    """A process: its memory in MiB, open files and threads."""

    memory: float
    files: int
    threads: int


@dataclass(frozen=True)
class Sample:
    """One look. waiting, dead: events of CRMs; unsent, lost: deliveries to endpoints."""

    seconds: float
    api: Of
    worker: Of
    connections: int
    queued: int
    waiting: int
    dead: int
    unsent: int
    lost: int

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left to do."""
        return self.queued == self.waiting == self.unsent == 0

    def __str__(self) -> str:
        told = asdict(self)
        api, worker = told.pop("api"), told.pop("worker")
        return " ".join(f"{name}={value:g}" for name, value in told.items()) + f" api={api} worker={worker}"


def process(pid: int) -> Of:
    """How a process of this machine is."""
    folder = Path("/proc", str(pid))
    told = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
    memory = int(told["VmRSS"].split()[0]) * 1024 / MEGABYTE
    return Of(round(memory, 1), sum(1 for _ in (folder / "fd").iterdir()), int(told["Threads"]))


async def sample(url: str, began: float, api: int, worker: int) -> Sample:
    """One look, from outside."""
    connection = await asyncpg.connect(url)
    try:
        counts = await connection.fetchrow(_COUNTS)
    finally:
        await connection.close()
    assert counts is not None
    return Sample(round(time.monotonic() - began, 1), process(api), process(worker), **dict(counts))


def growth(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> float:
    """The median of the last quarter by that of the second: the first one is for warming up."""
    quarter = max(1, len(samples) // 4)
    return statistics.median(map(figure, samples[-quarter:])) / statistics.median(
        map(figure, samples[quarter : 2 * quarter])
    )
