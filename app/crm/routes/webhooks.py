"""The door that CRMs deliver at: no key, any media type, and an answer once the delivery is durable."""

import asyncio
import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, FastAPI, Path
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.crm.core.delivery import Delivery, SentOnce
from app.crm.core.reading import UnreadableDelivery
from app.crm.core.signatures import UntrustedDelivery
from app.crm.schemas.events import DeliveryTaken
from app.crm.service.connections import ConnectionNotFound
from app.crm.service.gathering import DeliveryNotKept
from app.crm.service.intake import QUICK_STEPS, Intake, Taken
from app.crm.service.letters import Known
from app.infra import logs, request_ids
from app.infra.at_once import Counter, Counters, Headers, Reply, Tell
from app.infra.guard import BodyTooLarge, CallerGone, GuardLimits
from app.infra.problem_pages import OPEN
from app.infra.problems import InternalError, problems, refusal_for
from app.infra.rate_limits import RateLimited
from app.infra.signposts import Express
from app.infra.telemetry import Metrics
from app.infra.wire import Id
from app.kernel.errors import Refusal
from app.kernel.ids import ConnectionId, TenantId
from app.tenancy import service as tenancy
from app.tenancy.core.caller import ScopeMissing
from app.tenancy.core.keys import PREFIX
from app.tenancy.deps import Doorkeeper

SCOPE = "crm:write"
PATHS = "/v1/crm/webhooks"
_PATH = f"{PATHS}/".encode()
_KEY = f"bearer {PREFIX}_"
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BODY = {
    "requestBody": {
        "required": True,
        "description": "As the CRM sends it: a notification, an event, or a list of them",
        "content": {
            "application/json": {"schema": {}, "example": [{"objectId": 123, "subscriptionType": "deal.creation"}]}
        },
    }
}


class Inlet(APIRoute):
    """A route without a door: the delivery itself shows whether it is let in."""

    async def express(self, scope: Scope, receive: Receive) -> ASGIApp:
        """The answer to a delivery."""
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        secret: str = scope["path_params"].get("secret", "")
        if secret:  # from here on nothing that is told of the request may hold it
            scope["raw_path"] = raw.rpartition(b"/")[0]
        try:
            return await _taken(scope, receive, raw, secret)
        except Refusal:
            raise
        except Exception as error:
            refusal = refusal_for(error)
            if not isinstance(refusal, InternalError):
                raise
            # A fault of ours is no reason for the sender to give up: what it sends again may meet a better version.
            structlog.get_logger().error("delivery_failed", **logs.explanation(error))
            raise DeliveryNotKept("try again later") from error


router = APIRouter(prefix=PATHS, tags=["crm"], route_class=Inlet)
PathConnectionId = Annotated[Id, Path(description="The connection's id")]
_ANSWERS = problems(
    ConnectionNotFound, UntrustedDelivery, UnreadableDelivery, BodyTooLarge, ScopeMissing, DeliveryNotKept
)


@router.post(
    "/{connection_id}",
    status_code=202,
    response_model=DeliveryTaken,
    responses=_ANSWERS,
    openapi_extra={**OPEN, **_BODY},
)
async def take_delivery(connection_id: PathConnectionId) -> Any:  # pragma: no cover  # the inlet answers
    """Take what a CRM delivers; it is durable once this is answered.

    The sender shows who it is as the connection's signature scheme says; for a `push` connection, a key with the scope
    `crm:write` will do as well. The answer is 202, or what the CRM wants to read (an acknowledgement in XML, say, with
    200). Answered with 503, the delivery has to be sent again; what is sent twice has one effect. The body may be of
    any media type. It is kept for a stated time, with what came of it in `GET /v1/crm/events`: the audit log does not
    repeat it.
    """


@router.post(
    "/{connection_id}/{secret}",
    status_code=202,
    response_model=DeliveryTaken,
    responses=_ANSWERS,
    openapi_extra={**OPEN, **_BODY},
)
async def take_delivery_by_secret_path(
    connection_id: PathConnectionId,
    secret: Annotated[str, Path(max_length=500, description="The secret", examples=["3q2-8yfT0c"])],
) -> Any:  # pragma: no cover  # likewise
    """Take what a CRM delivers that can show its secret only as the last part of the path."""


def counters(intake: Intake, metrics: Metrics, limits: GuardLimits) -> Counters:
    """Takes at once what comes plainly to a connection that is known; the rest comes to the routes."""

    def at(address: bytes) -> Counter | None:
        known = intake.known_by(address[len(_PATH) :]) if address.startswith(_PATH) else None
        return None if known is None else partial(_taken_at_once, intake, known, address.decode("ascii"))

    return Counters(at, f"{PATHS}/{{connection_id}}", metrics, limits)


def _taken_at_once(  # a request, and what it is for
    intake: Intake, known: Known, path: str, headers: Headers, body: bytes, _sender: str, tell: Tell
) -> bool:
    if headers.get(b"authorization", b"")[: len(_KEY)].lower() == _KEY.encode():  # keys are looked up
        return False
    delivery = Delivery("POST", path, {}, SentOnce(headers), body)
    return intake.hand_in(known, delivery, partial(_told_at_once, tell, known.tenant))


def _told_at_once(tell: Tell, tenant: str, outcome: Taken | Exception) -> None:
    if isinstance(outcome, Taken):
        answer = _answer(outcome)
        tell(Reply(answer.status, answer.media_type, answer.content, tenant))
    else:
        tell(outcome if isinstance(outcome, DeliveryNotKept) else None)


def inlets() -> list[tuple[APIRoute, Express]]:
    """The routes of deliveries, for the straight way to them."""
    return [(route, route.express) for route in router.routes if isinstance(route, Inlet)]


async def _taken(scope: Scope, receive: Receive, raw: bytes, secret: str) -> ASGIApp:
    named: str = scope["path_params"]["connection_id"]
    if not _ID.fullmatch(named):
        raise ConnectionNotFound("the address names no connection")
    delivery = _delivery(scope, raw, secret, await _body(receive))
    app: FastAPI = scope["app"]
    intake: Intake = app.state.intake
    until = asyncio.get_running_loop().time() + QUICK_STEPS * intake.database.quick_seconds
    trusted = await _of_key(scope, delivery, until)
    taken = await intake.take(ConnectionId(UUID(named)), delivery, until=until, trusted=trusted)
    request_ids.current().tenant_id = str(taken.connection.tenant_id)
    return _answer(taken)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer whose headers need no making; it may be sent many times."""

    status: int
    media_type: bytes
    content: bytes

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        length = str(len(self.content)).encode()
        headers = [(b"content-type", self.media_type), (b"content-length", length)]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})


def _answer(taken: Taken) -> _Answer:
    wanted = taken.connection.spec.answer
    if wanted is not None:
        media_type, content = wanted
        return _Answer(200, media_type.encode(), content)
    told = {
        "delivery_id": None if taken.delivery_id is None else str(taken.delivery_id),
        "events": taken.events,
        "repeated": taken.events - taken.fresh,
        "ignored": taken.ignored,
        "quarantined": taken.quarantined,
    }
    return _Answer(202, b"application/json", orjson.dumps(told))


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone("the body did not arrive whole")
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _delivery(scope: Scope, raw: bytes, secret: str, body: bytes) -> Delivery:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    query: str = scope["query_string"].decode("latin-1")
    return Delivery(
        method=scope["method"],
        path=raw.decode("latin-1"),
        query=parse_qs(query, keep_blank_values=True) if query else {},
        headers=headers,
        body=body,
        secret_part=secret,
        query_text=query,
    )


async def _of_key(scope: Scope, delivery: Delivery, until: float) -> TenantId | None:
    """The organization whose API key vouches for the delivery; None if it shows none."""
    shown = delivery.header("authorization")
    if shown is None or not shown.lower().startswith(_KEY):
        return None
    app: FastAPI = scope["app"]
    keeper: Doorkeeper = app.state.doorkeeper
    client: tuple[str, int] | None = scope.get("client")
    async with asyncio.timeout_at(until):
        caller = await tenancy.caller(keeper.known, keeper.bad_keys, shown, client[0] if client else "")
    verdict = keeper.limiter.check(str(caller.key_id))
    facts = request_ids.current()
    facts.key_id = str(caller.key_id)
    facts.answer_headers.extend(verdict.headers)
    if not verdict.allowed:
        raise RateLimited("this key has used up its requests", retry_after_seconds=verdict.retry_after_seconds)
    caller.require(SCOPE)
    return caller.tenant_id
