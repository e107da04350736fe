"""Runs migrations as the owner of the tables, one process at a time, and never waits long for a lock."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.infra.db import sqlalchemy_url
from app.infra.settings import Settings
from app.tables import metadata

LOCK = 7_203_551


def of_another(name: str | None, kind: str, _parents: Any) -> bool:
    """Tables of the job queue are the queue library's own."""
    return not (kind == "table" and name is not None and name.startswith("pgqueuer"))


def migrate(connection: Connection) -> None:
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SET statement_timeout = '15min'"))
    # Asked for again and again: who waited inside one statement would keep indexes from being built concurrently.
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.execute(text("SELECT pg_sleep(0.2)"))
        connection.commit()
    connection.commit()
    context.configure(connection=connection, target_metadata=metadata, include_name=of_another, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})


async def online() -> None:
    url = context.config.attributes.get("url")
    if url is None:
        settings = Settings()
        url = settings.database_direct_url or settings.database_url
        if url is None:
            message = "DATABASE_URL is not set; `kap migrate` finds the embedded database by itself"
            raise SystemExit(message)
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(online())
