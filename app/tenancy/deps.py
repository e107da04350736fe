"""The door that every route under /v1 stands behind: who is calling, may they, in which transaction, and only once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

import orjson
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope

from app.infra import idempotency, request_ids
from app.infra.db import Database
from app.infra.faults import LOST_RACES, DatabaseAway
from app.infra.kept_texts import KeptTexts
from app.infra.rate_limits import RateLimited, RateLimiter
from app.infra.replica import TROUBLE
from app.infra.strict_json import StrictRequest, StrictRoute
from app.kernel.errors import Unavailable
from app.kernel.ids import TenantId
from app.tenancy import service
from app.tenancy.core.audit import Actor, about
from app.tenancy.core.caller import Caller
from app.tenancy.service import auditing
from app.tenancy.service.auditing import Call

R = TypeVar("R", bound=Callable[..., Any])
TRIES = 3
SECURITY = "api_key"
READS = frozenset({"GET", "HEAD"})
# Whose answers tell of an account itself.
OF_ACCOUNTS = frozenset({"/v1/accounts", "/v1/accounts/by-external-id/{source}/{external_id}"})
TELLS_OF_ONE = 64 * 1024
ADMITTED = "kap.admitted"
# Somebody made or removed a record since we looked: done again, the request meets that. Else the request is at fault.
MAY_BE_NONE = frozenset({"23503", "23505"})
MAY_BE_LOST = MAY_BE_NONE | LOST_RACES


class Contended(Unavailable):
    """Others changed the same rows at the same time."""


@dataclass(slots=True)
class Doorkeeper:
    """What the door holds for the life of the process; kept in the application's state."""

    database: Database
    limiter: RateLimiter
    bad_keys: RateLimiter
    known: service.KnownKeys = field(init=False)
    texts: KeptTexts = field(default_factory=KeptTexts)

    def __post_init__(self) -> None:
        self.known = service.known_keys(self.database)


@dataclass(slots=True)
class Work:
    """The one transaction of a request, opened when it is first needed and committed before the answer leaves.

    written: how far the replica has to be to be asked; None: the primary is asked.
    """

    database: Database
    tenant_id: TenantId
    written: str | None = None
    stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    opened: AsyncConnection | None = None

    async def connection(self) -> AsyncConnection:
        if self.opened is None:
            self.opened = await self.stack.enter_async_context(self._transaction())
        return self.opened

    def _transaction(self) -> contextlib.AbstractAsyncContextManager[AsyncConnection]:
        if self.written is None or self.database.replica is None:
            return self.database.transaction(self.tenant_id)
        return self.database.replica.transaction(self.tenant_id, self.written)


def needs(scope: str | None) -> dict[str, Any]:
    """What a route asks of a key, for `openapi_extra`: the document and the door read the same words."""
    return {"security": [{SECURITY: [scope] if scope else []}]}


class Visitor(Protocol):
    """Whoever was let in: to which organization, and within what their Idempotency-Keys are known again."""

    @property
    def tenant_id(self) -> TenantId: ...

    @property
    def keys_within(self) -> str: ...


# The answer to the plain case of a request, or None: then the route itself looks at it, and says what is wrong.
Quick = Callable[[Request, Caller], Awaitable[Response | None]]


def quickly(quick: Quick) -> Callable[[R], R]:
    """Try `quick` before the route: behind the same door, but it changes nothing, and FastAPI prepares nothing for it.

    For the few routes that are called all day long, where preparing parameters one by one costs more than the work.
    """

    def marked(route: R) -> R:
        route.quick = quick  # type: ignore[attr-defined]  # read by Door
        return route

    return marked


def unkept(route: R) -> R:
    """Mark a POST that changes nothing and waits for others: an Idempotency-Key would hold a transaction open for it.

    The key is then of no account, unless it is unfit: whatever is asked is done.
    """
    route.unkept = True  # type: ignore[attr-defined]  # read by Door
    return route


class Door(StrictRoute):
    """A route that admits keys, keeps to their limits, and commits before it answers.

    scheme: what a caller shows, as the document names it. Where that is no key, `admit` lets in whom it proves.
    """

    scheme: ClassVar[str] = SECURITY
    # Leads past FastAPI's own preparations, straight from the signposts, where the route has a quick answer.
    express: Callable[[Scope, Receive], Awaitable[Response | None]] | None = None

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = APIRoute.get_route_handler(self)
        scope = _scope_of(self)
        admit = self.admit
        quick: Quick | None = getattr(self.endpoint, "quick", None)
        keeps = "POST" in (self.methods or ()) and not getattr(self.endpoint, "unkept", False)
        act = Act(handle, self.actor, keeps, _noted(self), self.path in OF_ACCOUNTS)
        if quick is not None:
            self.express = _express(quick, scope)

        async def behind_the_door(request: Request) -> Response:
            admitted = request.scope.get(ADMITTED)
            strict = StrictRequest(request.scope, request.receive) if admitted is None else admitted
            if admitted is None:
                strict.state.caller = await admit(strict, scope)
            return await _tried(strict, strict.state.caller, act)

        return behind_the_door

    async def admit(self, request: Request, scope: str | None) -> Visitor:
        """Who calls; raises what keeps them out, and tells them in any case how many requests they have left."""
        return await _admitted(request, scope)

    def actor(self, visitor: Any) -> Actor:
        """Who the audit log says has changed something."""
        return Actor("key", visitor.key_id, visitor.user_id)


@dataclass(frozen=True, slots=True)
class Act:
    """What a route does with who was let in.

    keeps: whether an Idempotency-Key keeps its answer. noted: the name by which the audit log knows it, None for
    what only reads. of_accounts: whether its answer tells of an account itself.
    """

    handle: Callable[[Request], Awaitable[Response]]
    actor: Callable[[Any], Actor]
    keeps: bool
    noted: str | None
    of_accounts: bool


def _noted(route: Door) -> str | None:
    return None if (route.methods or set()) <= READS else route.operation_id or route.name


def _express(quick: Quick, needed: str | None) -> Callable[[Scope, Receive], Awaitable[Response | None]]:
    async def try_quickly(scope: Scope, receive: Receive) -> Response | None:
        request = StrictRequest(scope, receive)
        request.state.caller = caller = await _admitted(request, needed)
        scope[ADMITTED] = request  # for the route, should it come to that: nobody is counted twice, no body read twice
        return None if "idempotency-key" in request.headers else await quick(request, caller)

    return try_quickly


def _scope_of(route: Door) -> str | None:
    if route.openapi_extra is None or "security" not in route.openapi_extra:
        raise ValueError(f"{route.path} does not say what it needs of a key")
    scopes: list[str] = route.openapi_extra["security"][0][route.scheme]
    return scopes[0] if scopes else None


async def _admitted(request: Request, scope: str | None) -> Caller:
    keeper: Doorkeeper = request.app.state.doorkeeper
    address = request.client.host if request.client else ""
    caller = await service.caller(keeper.known, keeper.bad_keys, request.headers.get("authorization"), address)
    facts = request_ids.current()
    facts.tenant_id, facts.key_id = str(caller.tenant_id), str(caller.key_id)
    count(keeper, str(caller.key_id))
    caller.require(scope)
    return caller


def count(keeper: Doorkeeper, who: str) -> None:
    """Count a request of somebody's, and tell them what is left; raises RateLimited when it is one too many."""
    verdict = keeper.limiter.check(who)
    request_ids.current().answer_headers.extend(verdict.headers)
    if not verdict.allowed:
        raise RateLimited("this key has used up its requests", retry_after_seconds=verdict.retry_after_seconds)


async def _tried(request: Request, caller: Visitor, act: Act) -> Response:
    """Carry out the request; what lost against others in the database is done again, a few times."""
    read = await _read_apart(request, caller, act)
    if read is not None:
        return read
    for attempt in range(TRIES):
        try:
            return await _once(request, caller, act)
        except DBAPIError as error:
            if error.connection_invalidated:  # however the driver tells of it
                raise DatabaseAway("try again in a moment") from error
            state = getattr(error.orig, "sqlstate", None)
            if state not in MAY_BE_LOST or (state in MAY_BE_NONE and attempt + 1 == TRIES):
                raise
            await asyncio.sleep(0.02 * 2**attempt)
    raise Contended("try again in a moment")


async def _read_apart(request: Request, caller: Visitor, act: Act) -> Response | None:
    """What the replica answers; None for what changes anything, and where the primary is to be asked."""
    replica = request.app.state.doorkeeper.database.replica
    written = caller.written if isinstance(caller, Caller) else None
    if replica is None or written is None or act.noted is not None or replica.rests:
        return None
    try:
        return await _once(request, caller, act, written)
    except TROUBLE as trouble:
        replica.leave_alone(trouble)
        return None


async def _once(request: Request, caller: Visitor, act: Act, written: str | None = None) -> Response:
    work = Work(request.app.state.doorkeeper.database, caller.tenant_id, written)
    request.state.work = work
    # Where it keeps no answer, it is still read: one that cannot be right is refused everywhere.
    key = idempotency.key_of(request, within=caller.keys_within) if request.method == "POST" else None
    async with work.stack:
        if key is None or not act.keeps:
            return await _done(request, caller, act, work)
        connection = await work.connection()
        claimed = await idempotency.claim(connection, caller.tenant_id, key, request)
        if claimed.answer is not None:
            return claimed.answer
        answer = await _done(request, caller, act, work)
        await idempotency.keep(connection, caller.tenant_id, claimed, answer)
        return answer


async def _done(request: Request, caller: Visitor, act: Act, work: Work) -> Response:
    """Carry out the request, and note in the audit log what it has changed, in its own transaction."""
    answer = await act.handle(request)
    if act.noted is not None and work.opened is not None and answer.status_code < 300:
        call = Call(request.method, request.url.path, answer.status_code)
        said = getattr(request, "_json", None)  # as the route has read it; a body that is no JSON is not kept
        made = answer.status_code == 201
        what = about(request.path_params, _told(answer), made=made, of_accounts=act.of_accounts), said
        await auditing.note(work.opened, caller.tenant_id, act.actor(caller), act.noted, what, call)
    return answer


def _told(answer: Response) -> object:
    """The JSON of an answer that tells of one thing; of many, it would take long to read, and name none."""
    body = getattr(answer, "body", b"")
    if not 0 < len(body) <= TELLS_OF_ONE or answer.media_type != "application/json":
        return None
    return orjson.loads(body)


def _caller_of(request: Request) -> Caller:
    found: Caller = request.state.caller
    return found


def doors(*, tags: list[str], prefix: str = "/v1") -> APIRouter:
    """A router whose routes all stand behind the door."""
    return APIRouter(prefix=prefix, tags=list(tags), route_class=Door)


async def _connection(request: Request) -> AsyncConnection:
    work: Work = request.state.work
    return await work.connection()


# These wait for nothing, but FastAPI gives whatever is not `async` to a thread, which costs far more than they do.
async def _caller(request: Request) -> Caller:
    return _caller_of(request)


async def _tenant(request: Request) -> TenantId:
    return _caller_of(request).tenant_id


async def _work(request: Request) -> Work:
    found: Work = request.state.work
    return found


Connection = Annotated[AsyncConnection, Depends(_connection)]
CurrentCaller = Annotated[Caller, Depends(_caller)]
CurrentWork = Annotated[Work, Depends(_work)]
CurrentTenant = Annotated[TenantId, Depends(_tenant)]
