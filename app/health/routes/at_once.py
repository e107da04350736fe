"""Shows the first page of the portfolio's health at once: past the layers, in one piece."""

import asyncio
import re
from functools import partial

from app.health.routes.scores import first_page, limit_asked
from app.infra.at_once import Counter, Counters, Headers, Tell
from app.infra.guard import GuardLimits
from app.infra.telemetry import Metrics
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Doorkeeper
from app.tenancy.service.at_once import Admission, foreseen

PATH = "/v1/health"
SCOPE = "health:read"
_ADDRESS = re.compile(rb"/v1/health(?:\?(limit=[0-9]+))?")


class _Pages:
    """The pages that are being made; the loop itself would not keep them alive."""

    def __init__(self, keeper: Doorkeeper) -> None:
        self._keeper = keeper
        self._admission = Admission(keeper.known, keeper.limiter, keeper.bad_keys, SCOPE)
        self._in_the_making: set[asyncio.Task[None]] = set()

    def ask(self, limit: int, headers: Headers, body: bytes, sender: str, tell: Tell) -> bool:
        then = partial(self._begin, limit, tell)
        return not body and self._admission.admit(headers, sender, tell, then)

    def _begin(self, limit: int, tell: Tell, caller: Caller) -> None:
        task = asyncio.get_running_loop().create_task(self._make(limit, tell, caller))
        self._in_the_making.add(task)
        task.add_done_callback(self._in_the_making.discard)

    async def _make(self, limit: int, tell: Tell, caller: Caller) -> None:
        try:
            page = await first_page(self._keeper, caller.tenant_id, limit)
        except Exception as error:  # noqa: BLE001  # an edge: whoever asked waits to be told
            tell(foreseen(error))
        else:
            tell(self._admission.reply(caller, page))


def counters(keeper: Doorkeeper, metrics: Metrics, limits: GuardLimits) -> Counters:
    """Takes what asks for the first page, in the list's own order; all else comes to the route."""
    pages = _Pages(keeper)

    def at(address: bytes) -> Counter | None:
        plain = _ADDRESS.fullmatch(address)
        limit = None if plain is None else limit_asked(plain[1] or b"")
        return None if limit is None else partial(pages.ask, limit)

    return Counters(at, PATH, metrics, limits, "GET")
