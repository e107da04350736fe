"""One connection's line to its CRM: each call in its pace, with its access, tried again where that can help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import orjson
import stamina

from app.crm.client import answers, passing, quotas, tokens
from app.crm.client.failures import CrmBusy, CrmDown, CrmLies
from app.crm.client.reach import CALLS_COUNTED, CALLS_TIMED, Pace, Reach
from app.crm.client.tokens import Access
from app.crm.core import pace, paging, templates
from app.crm.core.connection import Connection
from app.crm.core.spec import Call, Json
from app.infra.outgoing import Answered, Asked, BrokenAnswer, SlowAnswer

ATTEMPTS = 3
_RESULTS: Final = {2: "answered", 3: "redirected", 4: "refused", 5: "failed"}


@dataclass(frozen=True, slots=True)
class Said:
    """What the CRM said, and at which address."""

    json: Json = field(repr=False)
    address: str


@dataclass(slots=True)
class Line:
    """attempts, patience: how often a call is tried, and how many seconds it may wait for its turn."""

    reach: Reach
    connection: Connection
    attempts: int = ATTEMPTS
    patience: float = pace.SHORT.total_seconds()
    access: Access | None = None
    told: dict[str, dict[str, Json]] = field(default_factory=dict)  # by association, what holds for all records

    @property
    def pace(self) -> Pace:
        return self.reach.pace_of(self.connection)

    async def base_url(self) -> str:
        return (await self._access()).base_url

    async def read(self, call: Call, variables: Mapping[str, Json], address: str | None = None) -> Said:
        """A call that changes nothing, tried again where that can help; `address`, where the CRM itself named it.

        Raises the failures of `client.failures`, and Unfillable.
        """
        return await self._tried(self._wait_after, call, variables, address)

    async def write(self, call: Call, variables: Mapping[str, Json]) -> Said:
        """A call that changes something: tried again only where the CRM has sent it away undone."""
        return await self._tried(lambda error: isinstance(error, CrmBusy) and self._wait_after(error), call, variables)

    async def _tried(
        self,
        wait_after: Callable[[Exception], bool | float],
        call: Call,
        variables: Mapping[str, Json],
        address: str | None = None,
    ) -> Said:
        tries = stamina.retry_context(wait_after, attempts=self.attempts, timeout=None, wait_initial=0.5)
        async for attempt in tries:
            with attempt:
                return await self._once(call, variables, address)
        raise AssertionError("the last try returns or raises")

    def _wait_after(self, error: Exception) -> bool | float:
        """Whether to try again, and when the CRM named a time, exactly then."""
        if isinstance(error, CrmBusy):
            if error.for_the_day or not error.told:
                return not error.for_the_day
            wait = (error.until - self.reach.now()).total_seconds()
            return max(wait, 0.0) if wait <= self.patience else False
        if isinstance(error, CrmDown):
            # One that hangs would hold the place of another as long again.
            return not isinstance(error.__cause__, SlowAnswer)
        return isinstance(error, CrmLies) and isinstance(error.__cause__, BrokenAnswer)

    async def _once(self, call: Call, variables: Mapping[str, Json], address: str | None) -> Said:
        """One try; a token that is refused is renewed once, and then the call is made again."""
        access = await self._access()
        asked = self._asked(call, variables, access, address)
        answered = await self._passed(asked, access)
        if answered.status == 401:
            access = self.access = await tokens.replaced(self.reach, self.connection, access)
            asked = self._asked(call, variables, access, address)
            answered = await self._passed(asked, access)
            if answered.status == 401:
                await tokens.give_up(
                    self.reach, self.connection, access.turn, "the CRM refuses access that it has just given"
                )
                raise CrmDown("its credentials have just been replaced")
        expired = call.expired if address is not None else None
        fields = _names(variables.get("fields"))
        failure = answers.failure_of(answered, self.connection.spec.limits, self.reach.now(), expired, fields)
        if failure is None:
            return Said(answers.read(answered), asked.url)
        if isinstance(failure, CrmBusy):
            await quotas.rest(self.reach, self.connection, failure)
        raise failure

    async def _access(self) -> Access:
        if self.access is None or tokens.is_stale(self.access, self.reach.now()):
            self.access = await tokens.access(self.reach, self.connection)
        return self.access

    async def _passed(self, asked: Asked, access: Access) -> Answered:
        now = self.reach.now()
        if access.busy_until is not None and access.busy_until > now:
            raise quotas.used_up(access.busy_until)
        await self.pace.turn(now, self.patience)
        answered = await self._counted(asked)
        await quotas.note(self.reach, self.connection, answered)
        return answered

    async def _counted(self, asked: Asked) -> Answered:
        provider, metrics, began, result = self.connection.provider, self.reach.metrics, perf_counter(), "unanswered"
        try:
            answered = await passing.asked(self.reach, asked, self.reach.bounds)
            result = "busy" if answered.status == 429 else _RESULTS.get(answered.status // 100, "failed")
        finally:
            metrics.counter(*CALLS_COUNTED).labels(provider, result).inc()
            metrics.histogram(*CALLS_TIMED).labels(provider).observe(perf_counter() - began)
        return answered

    def _asked(self, call: Call, variables: Mapping[str, Json], access: Access, address: str | None) -> Asked:
        spec = self.connection.spec
        known: dict[str, Json] = {
            **spec.variables,
            **self.connection.settings.variables,
            **templates.of_instant("now", self.reach.now()),
            "base_url": access.base_url,
            "limit": call.size,
            **variables,
        }
        headers = {name: templates.written(each) for name, each in templates.filled(dict(call.headers), known).items()}
        body = None if call.body is None else orjson.dumps(templates.filled(call.body, known))
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        if access.header is not None:
            headers[access.header[0]] = access.header[1]
        url = _url(call, known, access.base_url) if address is None else _origin(access.base_url) + address
        return Asked(call.method, url, headers, body)


def _names(fields: Json) -> list[str]:
    """What a call names as {fields}: a list of names, such a list as text, or values by name."""
    if isinstance(fields, str):
        return [name.strip() for name in fields.split(",")]
    return [str(name) for name in fields] if isinstance(fields, (list, tuple, dict)) else []


def _url(call: Call, known: Mapping[str, Json], base_url: str) -> str:
    path = templates.filled_path(call.path, known)
    if "://" in path.partition("?")[0]:
        try:
            url = _origin(base_url) + paging.on_host(base_url, path)
        except paging.Elsewhere as error:
            raise CrmLies("a call of its connector leads to another host") from error
    else:
        url = f"{base_url.rstrip('/')}/{path.lstrip('/')}"
    query = templates.filled(dict(call.query), known)
    if not query:
        return url
    pairs = urlencode({name: templates.written(each) for name, each in query.items()}, safe="$,:", quote_via=quote)
    return f"{url}{'&' if '?' in url else '?'}{pairs}"


def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
