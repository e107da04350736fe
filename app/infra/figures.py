"""Figures of the whole service, read from the database when Prometheus asks: totals alone, never whose they are."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, Literal

import asyncpg
import orjson
import structlog
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from app.infra import logs
from app.infra.db import Database
from app.infra.telemetry import PoolState

_STATEMENT_SECONDS: Final = 5
# What was read is shown for a while; longer where reading took long, so that it never keeps the database busy.
_KEPT_SECONDS: Final = 10.0
_KEPT_TIMES: Final = 20.0
_AWAY = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge.

    sql: rows of two labels (text, '' for one that it does not have) and a value. Of an organization's tables it names
    the rows by `this_tenant`; `total` says what those of all organizations come to together.
    """

    name: str
    told: str
    sql: str
    labels: tuple[str, ...] = ()
    total: Literal["sum", "max", "min"] = "sum"

    def family(self, rows: Iterable[Sequence[Any]]) -> Metric:
        """What is shown of rows of two labels and a value; without labels the sum of nothing is nought."""
        made = GaugeMetricFamily(self.name, self.told, labels=self.labels)
        values = {tuple(row[: len(self.labels)]): float(row[2]) for row in rows}
        if not self.labels and self.total == "sum":
            values.setdefault((), 0.0)
        for labels, value in values.items():
            made.add_metric(labels, value)
        return made


@dataclass(slots=True)
class Figures:
    """service: of tables that are nobody's. organizations: of those that each has its own rows in."""

    database: Database
    service: Sequence[Figure]
    organizations: Sequence[Figure]
    clock: Callable[[], float] = monotonic
    _families: Sequence[Metric] = field(init=False, default=())
    _until: float = field(init=False, default=float("-inf"))
    _reading: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """Read anew what was not read just now; while the database is away nothing is shown but that."""
        async with self._reading:
            began = self.clock()
            if began < self._until:
                return
            try:
                async with asyncio.timeout(2 * _STATEMENT_SECONDS):
                    self._families = [*await self._read(), _readable(1)]
            except (TimeoutError, *_AWAY) as error:
                structlog.get_logger().warning("figures_not_read", **logs.explanation(error))
                self._families = [_readable(0)]
            now = self.clock()
            self._until = now + max(_KEPT_SECONDS, _KEPT_TIMES * (now - began))

    def shown(self) -> Iterable[Metric]:
        """As last read."""
        return self._families

    async def _read(self) -> list[Metric]:
        async with self.database.engine.begin() as connection:
            await connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            await connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{_STATEMENT_SECONDS}s'")
            rows = (await connection.exec_driver_sql(_together(self.service))).all() if self.service else []
            await connection.exec_driver_sql(_EACH.replace("{figures}", _together(self.organizations)))
            found = (await connection.exec_driver_sql("SELECT current_setting('kap.figures')")).scalar_one()
        totals = orjson.loads(found)
        return [
            *(one.family(row[1:] for row in rows if row[0] == one.name) for one in self.service),
            *(one.family((*row[1:3], row[3][one.total]) for row in totals if row[0] == one.name)
              for one in self.organizations),
        ]  # fmt: skip


def pool_state(database: Database) -> PoolState:
    """The pool of transactions now."""
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    return PoolState(in_use=pool.checkedout(), idle=pool.checkedin(), limit=pool.size())


def _readable(value: int) -> Metric:
    return GaugeMetricFamily("figures_readable", "Whether the figures of the whole service could be read", value)


def _together(figures: Sequence[Figure]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{one.name}'::text, one.* FROM ({one.sql}) AS one(a, b, value)" for one in figures
    )


# One statement for however many organizations: each is entered as its own transactions would, and nothing comes out but
# what all come to.
_EACH: Final = """DO $$
DECLARE this_tenant uuid; found jsonb; parts jsonb[] := '{}';
BEGIN
    FOR this_tenant IN SELECT tenant_id FROM tenant_directory WHERE kind = 'organization' LOOP
        PERFORM set_config('app.tenant_id', this_tenant::text, true);
        SELECT jsonb_agg(jsonb_build_array(each.name, each.a, each.b, each.value)) INTO found
            FROM ({figures}) AS each(name, a, b, value);
        IF found IS NOT NULL THEN parts := array_append(parts, found); END IF;
    END LOOP;
    PERFORM set_config('kap.figures', (
        SELECT coalesce(jsonb_agg(
            jsonb_build_array(name, a, b, jsonb_build_object('sum', s, 'max', x, 'min', n))), '[]')
        FROM (SELECT cell ->> 0 AS name, cell ->> 1 AS a, cell ->> 2 AS b, sum((cell ->> 3)::float8) AS s,
                max((cell ->> 3)::float8) AS x, min((cell ->> 3)::float8) AS n
            FROM unnest(parts) AS part, jsonb_array_elements(part) AS cell GROUP BY 1, 2, 3) AS totals)::text, true);
END $$"""

# Whose time has come and who waits for a worker; who waits for a time of its own; who is at work.
QUEUE: Final = (
    Figure(
        "queue_jobs",
        "Jobs in the queue: due, later, running",
        """SELECT entrypoint, CASE WHEN status <> 'queued' THEN 'running' WHEN execute_after > now() THEN 'later'
            ELSE 'due' END, count(*)::float8 FROM pgqueuer GROUP BY 1, 2""",
        ("task", "state"),
    ),
    Figure(
        "queue_oldest_seconds",
        "How long the oldest job that is due has been waiting for a worker",
        """SELECT entrypoint, '', extract(epoch FROM max(now() - execute_after))::float8 FROM pgqueuer
            WHERE status = 'queued' AND execute_after <= now() GROUP BY 1""",
        ("task",),
    ),
    Figure(
        "schedule_last_run_timestamp_seconds",
        "When what is on the schedule was last asked for",
        """SELECT entrypoint, '', extract(epoch FROM max(last_run))::float8 FROM pgqueuer_schedules
            WHERE last_run IS NOT NULL GROUP BY 1""",
        ("task",),
    ),
    Figure(
        "schedule_overdue_seconds",
        "How long what is on the schedule should have been asked for",
        """SELECT entrypoint, '', greatest(0, extract(epoch FROM now() - max(next_run)))::float8
            FROM pgqueuer_schedules GROUP BY 1""",
        ("task",),
    ),
)
