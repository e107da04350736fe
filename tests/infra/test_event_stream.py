import asyncio

from app.infra.event_stream import Event, stream

STARTED = Event("progress", '{"done":0}', last=False)
HALF = Event("progress", '{"done":1}', last=False)
ENDED = Event("end", '{"done":2}', last=True)


async def looking(*looks):
    for look in looks:
        yield look


async def told(*looks, **limits):
    return b"".join([piece async for piece in stream(looking(*looks), **limits)]).decode()


async def test_each_change_is_told_once_and_the_last_event_ends_the_stream():
    text = await told(STARTED, STARTED, None, HALF, STARTED, ENDED, HALF)

    assert [line for line in text.splitlines() if line.startswith("event")] == [
        "event: progress",
        "event: progress",
        "event: progress",
        "event: end",
    ]
    assert text.endswith('event: end\ndata: {"done":2}\n\n')


async def test_silence_is_broken_by_comments():
    text = await told(STARTED, None, STARTED, ENDED, silence_seconds=0)
    assert text.count(": still here\n\n") == 2


async def test_without_silence_there_are_no_comments():
    assert ": still here" not in await told(STARTED, None, STARTED, ENDED)


async def test_a_stream_does_not_live_for_ever():
    text = await told(STARTED, HALF, ENDED, life_seconds=0)
    assert text.count("event:") == 1


async def test_a_stream_ends_when_the_process_stops():
    stopping = asyncio.Event()
    stopping.set()
    pieces = [piece async for piece in stream(looking(STARTED, HALF, ENDED), stopping)]
    assert b"".join(pieces).count(b"event:") == 1


async def test_looking_ends_with_the_stream():
    closed = []

    async def looks():
        try:
            while True:
                yield ENDED
        finally:
            closed.append(True)

    assert [piece async for piece in stream(looks())]
    assert closed == [True]
