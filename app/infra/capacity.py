"""What so many organizations, accounts and events a day need: processes, database cores, connections, disk.

Costs are seconds of one core for one unit of work, as a run of `make bench` (benchmarks/results.json) on two cores of a
shared machine had them. Where a figure is what several took together, each is given all of it: the answer is rather too
much than too little. Another machine is faster or slower by a factor, which `kap capacity --speed` takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final


@dataclass(frozen=True, slots=True)
class Cost:
    """What one unit of work takes of a core: of an API process, of a worker, of the database. source: from where."""

    api: float
    worker: float
    database: float
    source: str


# One process answered 1,800 requests to B4 a second, and 1,850 deliveries to B5: what each takes of its core at most.
READ: Final = Cost(1 / 1_800, 0.0, 0.0003, "B4, reading one score")
# 8.1 ms in all, of which the one query that it needs takes 1.1 ms.
PAGE: Final = Cost(0.0070, 0.0, 0.0011, "B9, a page of 100 accounts' health")
WRITE: Final = Cost(
    0.0075, 0.0, 0.0030, "processor time of 500 accounts made one after another, their client's included"
)
# A worker and a database on two cores kept up with 50 events a second (B8): more than this none of them took.
EVENT: Final = Cost(1 / 1_850, 1 / 50, 1 / 50, "B5 for the intake; B8 for what is made of it: pulled, kept, scored")
# 100,000 accounts with 5 deals each in 14.0 s; 10,000 with 1,000,000 deals in 3.0 s. Half of it in the worker, and as
# much again for the rest of the nightly round, which judges health.
NIGHT: Final = Cost(0.0, 0.00013, 0.00013, "B7, an account in the nightly round")
DEAL: Final = Cost(0.0, 0.0000017, 0.0000017, "B7, a deal in the nightly round")

# Bytes with indexes and past states, by pg_total_relation_size of the filled demo; an event with its delivery: a guess.
BYTES_OF: Final = {"account": 1_400, "deal": 1_400, "score": 1_100, "event": 2_000}
RAW_DAYS: Final = 30
# Processes are planned to be busy for this part of the time at the busiest hour: beyond it, waiting grows fast.
BUSY: Final = 0.6
DAY_SECONDS: Final = 86_400
NIGHT_SECONDS: Final = 4 * 3_600
API_CONNECTIONS: Final = 15  # with the default pool
WORKER_CONNECTIONS: Final = 58
SPARE_CONNECTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be carried, of all organizations together save for what is said to be of one.

    tenants ≥ 1. accounts and deals: of one organization. events: of CRMs a day, each with a new score at its end.
    reads, pages, writes: requests a day. peak: how many times the day's average the busiest hour is, ≥ 1. runs: how
    often a year all accounts are scored and the scores kept.
    """

    tenants: int
    accounts: int
    deals: int
    events: int
    reads: int
    pages: int
    writes: int
    peak: float = 4.0
    runs: int = 12


@dataclass(frozen=True, slots=True)
class Need:
    """What carries a load. cores: database cores at the busiest hour, for disk: GB after a year."""

    api_processes: int
    workers: int
    api_busy: float
    worker_busy: float
    database_cores: float
    connections: int
    pooler: bool
    disk_gb: float
    night_hours: float


def need(load: Load, *, speed: float = 1.0, connections_allowed: int = 100) -> Need:
    """What the load needs at its busiest hour; at least one process of each kind.

    speed: how many times faster one core is than that of the measurements, > 0. connections_allowed: PostgreSQL's
    max_connections, beyond which a pooler is needed. Raises ValueError for a load or a speed outside their ranges.
    """
    _check(load, speed)
    work = [(READ, load.reads), (PAGE, load.pages), (WRITE, load.writes), (EVENT, load.events)]
    api = _at_peak(load, speed, [(cost.api, times) for cost, times in work])
    by_day = _at_peak(load, speed, [(cost.worker, times) for cost, times in work])
    database = _at_peak(load, speed, [(cost.database, times) for cost, times in work])
    accounts, deals = load.tenants * load.accounts, load.tenants * load.deals
    night_work = (accounts * NIGHT.worker + deals * DEAL.worker) / speed
    night_database = (accounts * NIGHT.database + deals * DEAL.database) / speed / NIGHT_SECONDS
    worker = max(by_day, night_work / NIGHT_SECONDS)
    servers, workers = _processes(api), _processes(worker)
    connections = servers * API_CONNECTIONS + workers * WORKER_CONNECTIONS + SPARE_CONNECTIONS
    return Need(
        api_processes=servers,
        workers=workers,
        api_busy=api,
        worker_busy=worker,
        database_cores=max(database, night_database) / BUSY,
        connections=connections,
        pooler=connections > connections_allowed,
        disk_gb=_bytes(load, accounts, deals) / 1e9,
        night_hours=night_work / 3_600 / workers,
    )


def _check(load: Load, speed: float) -> None:
    counts = (load.accounts, load.deals, load.events, load.reads, load.pages, load.writes, load.runs)
    if load.tenants < 1 or min(counts) < 0 or load.peak < 1 or speed <= 0:
        raise ValueError("at least one organization, nothing negative, a peak of 1 or more, some speed")


def _at_peak(load: Load, speed: float, work: Sequence[tuple[float, int]]) -> float:
    """How many cores the busiest hour keeps busy."""
    return sum(seconds * times for seconds, times in work) * load.peak / DAY_SECONDS / speed


def _processes(busy: float) -> int:
    """One process uses one core."""
    return max(1, ceil(busy / BUSY))


def _bytes(load: Load, accounts: int, deals: int) -> float:
    facts = accounts * BYTES_OF["account"] + deals * BYTES_OF["deal"]
    scores = (accounts * load.runs + load.events * 365) * BYTES_OF["score"]
    return facts + scores + load.events * RAW_DAYS * BYTES_OF["event"]


def usual(tenants: int, accounts: int, deals: int, events: int, requests: int) -> Load:
    """A load whose requests are of the usual mix: eight of ten read one record, one a page, one changes something."""
    pages = writes = requests // 10
    return Load(tenants, accounts, deals, events, requests - pages - writes, pages, writes)


def table(load: Load, found: Need) -> str:
    """The same for people, line by line."""
    rows = [
        ("organizations · accounts · deals of each", f"{load.tenants:,} · {load.accounts:,} · {load.deals:,}"),
        ("events of CRMs a day", f"{load.events:,}"),
        ("requests a day: one record · pages · changes", f"{load.reads:,} · {load.pages:,} · {load.writes:,}"),
        ("", ""),
        ("API processes, a core each", f"{found.api_processes:,} ({found.api_busy:.2f} cores busy at the peak)"),
        ("workers, a core each", f"{found.workers:,} ({found.worker_busy:.2f} cores busy at the peak)"),
        ("the nightly round takes", f"{found.night_hours * 60:.1f} min"),
        ("database cores", f"{found.database_cores:.1f}"),
        ("database connections at most", f"{found.connections:,}{', a pooler before them' * found.pooler}"),
        ("disk after a year", f"{found.disk_gb:,.1f} GB, and as much again for WAL and backups"),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {said}".rstrip() for name, said in rows)
