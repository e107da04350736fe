"""Requests that name what another organization has in their bodies: where ids stand, and whose to put there."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import orjson

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What a field of a body names, by a part of its own name: the first that fits.
KINDS = (
    ("buying_center", "buying_centers"), ("contact", "contacts"), ("offering", "offerings"),
    ("opportunit", "opportunities"), ("engagement", "engagements"), ("participant", "users"), ("user", "users"),
    ("peer", "accounts"), ("account", "accounts"), ("parent", "accounts"), ("candidates", "accounts"),
)  # fmt: skip

# Ids that are the sender's own word for something, or a text.
MEANS_NOTHING = frozenset({"external_id", "attributes"})


@dataclass(frozen=True)
class Named:
    """A place in a request's body at which an id stands. pointer: keys and places that lead there."""

    request: httpx.Request
    pointer: tuple[str | int, ...]

    @property
    def known_as(self) -> tuple[str, str, tuple[str, ...]]:
        """The operation and the place, whichever record it is about and whichever element of a list it is."""
        path = UUID.sub("{}", self.request.url.path)
        return self.request.method, path, tuple(part for part in self.pointer if isinstance(part, str))

    def with_id(self, named: str) -> Any:
        """The body with another id there."""
        body = deepcopy(orjson.loads(self.request.content))
        *way, last = self.pointer
        inner = body
        for step in way:
            inner = inner[step]
        inner[last] = named
        return body


def ids_in(body: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where ids stand in a body."""
    if isinstance(body, str) and UUID.fullmatch(body):
        yield way
    elif isinstance(body, Mapping):
        for name, value in body.items():
            yield from ids_in(value, (*way, name))
    elif isinstance(body, list):
        for place, value in enumerate(body):
            yield from ids_in(value, (*way, place))


def theirs_for(records: Mapping[str, str], name: str) -> str | None:
    """A record of the other organization that a field of this name could mean."""
    kind = next((kind for part, kind in KINDS if part in name), None)
    return None if kind is None else records[kind]


@dataclass(frozen=True)
class Tried:
    """A request in which an id of another organization stood, and the same with nobody's: what each was answered."""

    where: tuple[str, str, tuple[str, ...]]
    foreign: httpx.Response
    nobodys: httpx.Response


@dataclass
class Trying:
    """Sends, before a request of a story, the same with ids that mean nothing here: the first time that a place is met.

    At that moment the request itself would go well; so what is refused is refused for the id. What is refused has no
    effect, and the story goes on as if nothing had been asked.
    """

    client: httpx.AsyncClient
    records: Mapping[str, str]
    tried: dict[tuple[str, str, tuple[str, ...]], Tried] = field(default_factory=dict)

    async def note(self, request: httpx.Request) -> None:
        if request.method not in {"POST", "PUT", "PATCH"} or not request.content.startswith(b"{"):
            return
        for pointer in ids_in(orjson.loads(request.content)):
            named = Named(request, pointer)
            if named.known_as not in self.tried and not set(named.known_as[2]) & MEANS_NOTHING:
                self.tried[named.known_as] = await self._tried(named)

    async def _tried(self, named: Named) -> Tried:
        name = named.known_as[2][-1]
        foreign = theirs_for(self.records, name) or self.records["accounts"]
        return Tried(named.known_as, *[await self._asked(named, one) for one in (foreign, str(uuid4()))])

    async def _asked(self, named: Named, one: str) -> httpx.Response:
        request = named.request
        headers = {name: request.headers[name] for name in ("authorization", "if-match") if name in request.headers}
        return await self.client.request(request.method, request.url, json=named.with_id(one), headers=headers)
