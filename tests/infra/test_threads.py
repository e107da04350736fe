import asyncio
import threading

import pytest

from app.infra import request_ids
from app.infra.request_ids import Facts
from app.infra.threads import in_daemon_thread


class Stumbled(Exception):
    """What went wrong in the thread."""


async def test_the_value_comes_back():
    assert await in_daemon_thread(divmod, 17, 5) == (3, 2)


async def test_the_error_comes_back():
    def stumble():
        raise Stumbled

    with pytest.raises(Stumbled):
        await in_daemon_thread(stumble)


async def test_who_is_served_is_known_in_the_thread():
    with request_ids.serving(Facts(request_id="asked")):
        assert await in_daemon_thread(lambda: request_ids.current().request_id) == "asked"


async def test_who_no_longer_waits_harms_nothing_and_the_process_could_end():
    begun, go_on, daemon = threading.Event(), threading.Event(), []

    def work():
        daemon.append(threading.current_thread().daemon)
        begun.set()
        go_on.wait()
        ended.set()

    ended = threading.Event()
    waiting = asyncio.create_task(in_daemon_thread(work))
    await asyncio.to_thread(begun.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    assert await asyncio.to_thread(ended.wait, 10)
    assert daemon == [True]
