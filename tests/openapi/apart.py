"""`kap` as processes that know no names outside this machine, lest what is made up is somebody's."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.processes import Process, as_kap, forked, free_port

_HERE = {"localhost", "127.0.0.1", "::1"}


@asynccontextmanager
async def at_work(url: str, folder: Path) -> AsyncIterator[Process]:
    """A service on the database at `url`, ready, and a worker beside it; each keeps its log in the folder."""
    told = {"DATABASE_URL": url, "KAP_BAD_KEY_LIMIT": "1000000/minute"}
    async with (
        forked(_apart, "serve", log=folder / "service.log", PORT=str(free_port()), **told) as service,
        forked(_apart, "worker", log=folder / "worker.log", **told),
    ):
        await service.ready()
        yield service


def _apart(*arguments: str) -> None:
    looked_up = socket.getaddrinfo

    def here_alone(host: Any, *more: Any, **named: Any) -> Any:
        if host is not None and _text(host) not in _HERE:
            raise socket.gaierror(socket.EAI_NONAME, "no names outside this machine")
        return looked_up(host, *more, **named)

    socket.getaddrinfo = here_alone
    as_kap(*arguments)


def _text(host: str | bytes) -> str:
    return host.decode() if isinstance(host, bytes) else host
