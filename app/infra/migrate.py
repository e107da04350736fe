"""Brings a database to the newest shape, and tells whether it has it."""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.infra.db import plain_url

FOLDER = Path(__file__).parents[2] / "migrations"


def configuration(url: str, *, role: str) -> Config:
    """Alembic's configuration without a file, for the owner's `url` and the unprivileged `role`."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes.update(url=url, role=role)
    return config


def upgrade(url: str, *, role: str) -> None:
    """Migrate to the newest revision; blocking, so from a thread when a loop runs.

    A database that has the shape of a later release keeps it.
    """
    if asyncio.run(_shape(url)) <= newest():
        command.upgrade(configuration(url, role=role), "head")


def downgrade(url: str, *, role: str) -> None:
    """Take every migration back; for tests of the way down."""
    command.downgrade(configuration(url, role=role), "base")


def check(url: str, *, role: str) -> None:
    """Raise if the tables in the code and in the database differ."""
    command.check(configuration(url, role=role))


def newest() -> str:
    """The revision that this code needs."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    assert head is not None, "there is no migration"
    return head


async def current(connection: "asyncpg.Connection[asyncpg.Record]") -> str | None:
    """The revision that the database has; none before the first migration."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return revision


async def is_current(url: str) -> bool:
    """Whether the database at `url` has the shape that this code needs, or that of a later release.

    Revisions are numbers of four digits; each release goes on working on the shape of the next.
    """
    return await _shape(url) >= newest()


async def _shape(url: str) -> str:
    """The revision of the database at `url`; the empty text before the first migration."""
    connection = await asyncpg.connect(plain_url(url), timeout=10)
    try:
        return await current(connection) or ""
    finally:
        await connection.close()
