"""Scores the one account that comes with its model at once: past the layers that cost more than scoring does."""

from functools import partial

from app.infra.at_once import Counter, Counters, Headers, Tell
from app.infra.guard import GuardLimits, is_json
from app.infra.telemetry import Metrics
from app.selection.service.recognising import score_recognised
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Doorkeeper
from app.tenancy.service.at_once import Admission

PATH = "/v1/selection/score"
SCOPE = "selection:read"
_ADDRESS = PATH.encode()


def counters(keeper: Doorkeeper, metrics: Metrics, limits: GuardLimits) -> Counters:
    """Takes what comes to the scoring of what is sent; all that is not plain comes to the route."""
    score = partial(_score, Admission(keeper.known, keeper.limiter, keeper.bad_keys, SCOPE))

    def at(address: bytes) -> Counter | None:
        return score if address == _ADDRESS else None

    return Counters(at, PATH, metrics, limits)


def _score(admission: Admission, headers: Headers, body: bytes, sender: str, tell: Tell) -> bool:
    if b"idempotency-key" in headers or not is_json(headers.get(b"content-type", b"")):
        return False
    return admission.admit(headers, sender, tell, partial(_scored, admission, body, tell))


def _scored(admission: Admission, body: bytes, tell: Tell, caller: Caller) -> None:
    try:
        answer = score_recognised(body)
    except Exception:  # noqa: BLE001  # an edge: the route meets the same and says so; here the caller would wait for ever
        answer = None
    tell(None if answer is None else admission.reply(caller, answer))
