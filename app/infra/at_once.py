"""Who answers at once, without a task and without layers (`infra.direct_http` leads there), and with what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.infra.guard import GuardLimits
from app.infra.telemetry import Metrics
from app.kernel.errors import Refusal

# Of the server's state: who answers at once.
COUNTERS = "counters"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; tenant_id and key_id: for whom, so that the log can tell. headers: what else stands above it."""

    status: int
    media_type: bytes
    content: bytes
    tenant_id: str
    key_id: str | None = None
    headers: Sequence[tuple[bytes, bytes]] = ()


Headers = Mapping[bytes, bytes]
Tell = Callable[[Reply | Refusal | None], None]
# Takes a request (its headers, each of which came once; its body; the address of who sent it), and will tell, once,
# what comes of it: None where it is to go the usual way. False where it does not take it, and will tell nothing.
Counter = Callable[[Headers, bytes, str, Tell], bool]


@dataclass(frozen=True, slots=True)
class Counters:
    """Who answers at once: at which addresses, as they stand on the wire, and how that is counted.

    at: finds out, from the address of a request of this method; None for every other one. route: the template of those
    addresses.
    """

    at: Callable[[bytes], Counter | None]
    route: str
    metrics: Metrics
    limits: GuardLimits
    method: str = "POST"
