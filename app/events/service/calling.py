"""Makes one attempt: writes the message, signs it, hands it over, and says what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any, Final
from uuid import UUID

import httpx
import structlog

from app.events.core import message, signing
from app.events.core.message import Event, Whose
from app.events.core.schedule import Answer
from app.infra import logs, outgoing
from app.infra.outgoing import Asked, Bounds
from app.kernel.errors import Unavailable

# In all, from the look-up of the name to the end of the answer; of which we need no more than its status.
SECONDS: Final = 15.0
BOUNDS: Final = Bounds(
    connect_seconds=SECONDS,
    read_seconds=SECONDS,
    call_seconds=SECONDS,
    answer_bytes=64 * 1024,
    cut=True,
    connections=128,  # of each client
)
_CONTENT: Final = {"content-type": "application/json", "accept": "*/*", "accept-encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Post:
    """Where a message goes, and what signs it, the present secret first."""

    url: str
    secrets: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Task:
    """A delivery that is ours to attempt; tries were made before, since it was last asked for; first: none ever."""

    delivery_id: UUID
    tries: int
    event: Event
    whose: Whose | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was made."""

    task: Task
    sent_at: datetime
    answered_at: datetime
    milliseconds: int
    answer: Answer


def task(row: Mapping[Any, Any], known: Mapping[UUID, Whose]) -> Task:
    """A claimed row, with its account as other systems know it."""
    names = ("id", "type", "created_at", "sequence", "account_id", "subject", "subject_id", "data")
    event = Event(**{name: row[name] for name in names})
    whose = None if event.account_id is None else known.get(event.account_id)
    return Task(row["delivery_id"], row["tries"], event, whose, first=not row["attempts"])


async def attempt(
    http: httpx.AsyncClient, bounds: Bounds, now: Callable[[], datetime], post: Post, todo: Task
) -> Attempt:
    """Send the message once; no transaction may be open meanwhile. Whatever goes wrong is the attempt's answer."""
    sent_at, begun = now(), perf_counter()
    try:
        answer = await _answer(http, bounds, _asked(post, todo, sent_at))
    except Unavailable as failure:
        answer = Answer(failure=failure.detail)
    except Exception as error:  # noqa: BLE001  # the edge of a message: whatever it does, it must not hold up the others
        structlog.get_logger().warning("webhook_unforeseen", event_id=str(todo.event.id), **logs.explanation(error))
        answer = Answer(failure="it could not be sent")
    return Attempt(todo, sent_at, now(), round((perf_counter() - begun) * 1000), answer)


def _asked(post: Post, todo: Task, now: datetime) -> Asked:
    body = message.body(todo.event, todo.whose)
    return Asked("POST", post.url, {**_CONTENT, **signing.headers(post.secrets, str(todo.event.id), body, now)}, body)


async def _answer(http: httpx.AsyncClient, bounds: Bounds, asked: Asked) -> Answer:
    answered = await outgoing.ask(http, asked, bounds)
    return Answer(answered.status, answered.headers.get("retry-after"))
