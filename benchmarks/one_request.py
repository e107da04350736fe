"""Sends one request and reads its answer, where nothing is timed."""

import asyncio

from benchmarks.load import UnexpectedAnswerError


async def body_of(port: int, request: bytes) -> str:
    """The body of the answer, which has to be a 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    if not head.startswith(b"HTTP/1.1 200"):
        raise UnexpectedAnswerError(f"{head.decode()}\n{body[:600].decode()}")
    return body.decode()
