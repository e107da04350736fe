"""Lets in who shows a plain key, without a task of its own: for the shortest way to what machines call all day long.

Whom it does not let in it does not turn away either: the door does, and says why.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from app.infra.at_once import Headers, Reply, Tell
from app.infra.problems import InternalError, refusal_for
from app.infra.rate_limits import RateLimiter
from app.kernel.errors import Refusal
from app.tenancy.core import keys
from app.tenancy.core.caller import Caller
from app.tenancy.core.scopes import allows
from app.tenancy.service import KnownKeys, caller_of, use_is_news

# Goes on with who was let in, and will tell what comes of it.
Then = Callable[[Caller], None]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Admission:
    """The door of the shortest way to one route: what the door itself has at hand, and the scope that is needed."""

    known: KnownKeys
    limiter: RateLimiter
    bad_keys: RateLimiter
    scope: str

    def admit(self, headers: Headers, sender: str, tell: Tell, then: Then) -> bool:
        """Look up the key that a request shows, and go on to `then`; False where there is nothing to look up.

        Each request looks its own key up, as at the door: one that is revoked lets nobody in any more.
        """
        shown = headers.get(b"authorization", b"").decode("latin-1")
        key = keys.shown(shown) if self.bad_keys.peek(sender).allowed else None
        if key is None:
            return False
        self.known.found.asked(key.public_id).add_done_callback(partial(self._looked_up, key, tell, then))
        return True

    def reply(self, caller: Caller, content: bytes) -> Reply | None:
        """The answer, counted as the door counts; None when it would be one too many."""
        key_id = str(caller.key_id)
        verdict = self.limiter.check(key_id)
        if not verdict.allowed:
            return None
        return Reply(200, b"application/json", content, str(caller.tenant_id), key_id, verdict.headers)

    def _looked_up(self, key: keys.ApiKey, tell: Tell, then: Then, found: "asyncio.Future[Row | None]") -> None:
        error = None if found.cancelled() else found.exception()
        row = None if found.cancelled() or error is not None else found.result()
        caller = None if row is None else self._let_in(key, row)
        if caller is not None:
            then(caller)
        else:
            tell(None if error is None else foreseen(error))

    def _let_in(self, key: keys.ApiKey, row: Row) -> Caller | None:
        now = datetime.now(UTC)
        caller = None if use_is_news(row, now) else caller_of(key, row, now)
        if caller is None or not self.limiter.peek(str(caller.key_id)).allowed:
            return None
        return caller if allows(caller.scopes, self.scope) else None


def foreseen(error: BaseException) -> Refusal | None:
    """What an error is refused with; None where that is for the route to find out, and to log."""
    refusal = refusal_for(error)
    return None if isinstance(refusal, InternalError) else refusal
