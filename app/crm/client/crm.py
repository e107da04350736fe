"""The one client of all CRMs: reads and writes records as a connection and its connector say."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Literal

from app.crm.client import writes
from app.crm.client.failures import CrmBusy, CrmDown, CrmLies, CrmRefuses, DeltaExpired, NeedsReauth
from app.crm.client.line import Line
from app.crm.client.pages import PageRead, beginning, chunks, identity, walked
from app.crm.client.reach import Reach
from app.crm.client.writes import Wrote
from app.crm.core import templates
from app.crm.core.connection import Connection
from app.crm.core.paging import Position
from app.crm.core.spec import Call, Json, ObjectName, ObjectRules
from app.crm.core.wanted import fields_wanted

Which = Literal["page", "changed", "deleted"]
_ABSENT = frozenset({404, 410})

__all__ = ["Crm", "PageRead", "Tested", "Which", "Wrote"]


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a harmless call: whether all is well, else why not; the calls left today, where the CRM says."""

    ok: bool
    reason: str | None
    calls_left: int | None
    ms: float


class Crm:
    """A CRM as one connection sees it; made for a piece of work, since it keeps what it knows of access.

    What goes wrong is raised as one of `client.failures`. No transaction may be open while it is asked.
    """

    def __init__(self, reach: Reach, connection: Connection) -> None:
        self._reach = reach
        self._connection = connection
        self._line = Line(reach, connection)

    async def one(self, object_name: ObjectName, external_id: str) -> Json | None:
        """The record with this id; None if the CRM has none (any more)."""
        rules = self._rules(object_name)
        if not external_id:
            return None
        if rules.one is None:
            return (await self.some(object_name, [external_id])).get(external_id)
        try:
            found = await self._all(rules, rules.one, self._variables(object_name) | {"id": external_id})
        except CrmRefuses as refused:
            if refused.status in _ABSENT:
                return None
            raise
        except templates.Unfillable:  # what no record can have as its id
            return None
        return found[0] if found else None

    async def some(self, object_name: ObjectName, ids: Sequence[str]) -> dict[str, Json]:
        """The records with these ids, by id, in as few calls as the CRM allows; those that it has not are absent."""
        rules = self._rules(object_name)
        if rules.some is None:
            if rules.one is None:
                raise CrmRefuses(f"the connector has no call for one {object_name}")
            single = {each: await self.one(object_name, each) for each in dict.fromkeys(ids)}
            return {each: record for each, record in single.items() if record is not None}
        found: dict[str, Json] = {}
        for some in chunks([each for each in ids if each], rules.some.size):
            named = templates.of_ids(some)
            if named["ids_quoted"]:
                records = await self._all(rules, rules.some, self._variables(object_name) | named)
                found |= {key: record for record in records if (key := identity(rules, record)) is not None}
        return found

    async def pages(
        self,
        object_name: ObjectName,
        which: Which,
        *,
        since: datetime | None = None,
        resume: Json | None = None,
        delta: str | None = None,
    ) -> AsyncIterator[PageRead]:
        """All records, those changed or those deleted since, page by page, from the beginning or where it was left.

        Of records `changed` without a call for that, all are read; of `deleted` ones, none. Raises DeltaExpired where
        the CRM knows no more where that was.
        """
        rules = self._rules(object_name)
        call = _call_for(rules, which, delta)
        if call is None:
            return
        start = beginning(call, since, resume, delta, await self._line.base_url())
        async for page in walked(self._line, rules, call, start, self._variables(object_name)):
            yield page

    async def tested(self) -> Tested:
        """Make a harmless call, without patience."""
        line = Line(self._reach, self._connection, attempts=1, patience=0.0)
        begun = perf_counter()
        reason = None
        try:
            call, variables = self._harmless()
            await line.read(call, variables)
        except (CrmBusy, CrmDown, CrmLies, CrmRefuses, DeltaExpired, NeedsReauth) as failure:
            reason = failure.detail
        except templates.Unfillable as error:
            reason = f"the call cannot be made: {error}"
        quota = line.pace.quota
        ms = round((perf_counter() - begun) * 1000, 1)
        return Tested(ok=reason is None, reason=reason, calls_left=quota.left if quota else None, ms=ms)

    async def written(self, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Wrote]:
        """Write fields of account records (external id, the CRM's field to value); the results in the same order."""
        write = self._rules("account").write
        if write is None:
            raise CrmRefuses("the connector has no call to write to accounts")
        return await writes.written(self._line, write, self._variables("account"), rows) if rows else []

    def _rules(self, object_name: ObjectName) -> ObjectRules:
        rules = self._connection.spec.objects.get(object_name)
        if rules is None:
            raise CrmRefuses(f"the connector knows nothing of the object {object_name}")
        return rules

    def _variables(self, object_name: ObjectName) -> dict[str, Json]:
        fields = list(fields_wanted(self._connection, object_name))
        return {"name": self._rules(object_name).name, "fields": fields}

    def _harmless(self) -> tuple[Call, dict[str, Json]]:
        if self._connection.spec.test is not None:
            return self._connection.spec.test, {}
        name = next(iter(self._connection.spec.objects), None)
        if name is None:
            raise CrmRefuses("the connector makes no calls")
        return self._rules(name).page, self._variables(name) | {"limit": 1}

    async def _all(self, rules: ObjectRules, call: Call, variables: Mapping[str, Json]) -> list[Json]:
        found: list[Json] = []
        async for page in walked(self._line, rules, call, Position(), variables):
            found += page.records
        return found


def _call_for(rules: ObjectRules, which: Which, delta: str | None) -> Call | None:
    if which == "deleted":
        return rules.deleted
    if which == "page" or rules.changed is None:
        return rules.page
    # A delta belongs to the call that gave it, and is read as that one is.
    return rules.page if delta is not None and not rules.changed.paging.delta else rules.changed
