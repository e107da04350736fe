"""Asks who answers at once, as the server's protocol asks them."""

import asyncio

from app.infra.guard import GuardLimits
from app.tenancy.deps import Doorkeeper

USUAL_WAY = None


class AtOnce:
    """Some counters of the application; `asked` says what comes of a request, USUAL_WAY where they leave it to that."""

    def __init__(self, app, counters, *, limiter=None, bad_keys=None):
        own = app.state.doorkeeper
        keeper = Doorkeeper(own.database, limiter or own.limiter, bad_keys or own.bad_keys)
        self.counters = counters(keeper, app.state.metrics, GuardLimits())

    async def asked(self, address, key, body=b"", **headers):
        counter = self.counters.at(address.encode())
        if counter is None:
            return USUAL_WAY
        told = asyncio.get_running_loop().create_future()
        sent = {b"content-type": b"application/json", b"authorization": f"Bearer {key}".encode()}
        sent |= {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
        taken = counter(sent, body, "198.51.100.7", told.set_result)
        return await told if taken else USUAL_WAY


def left(reply):
    """How many requests the caller has left, as the answer says."""
    (line,) = [value.decode() for name, value in reply.headers if name == b"ratelimit"]
    return int(line.partition("r=")[2].partition(";")[0])
