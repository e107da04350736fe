"""Holds the audit log against the requests that were really made, and against the jobs that were really done."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from sqlalchemy import select

from app.jobs.tables import jobs
from app.tenancy.tables import audit_log

READS = {"GET", "HEAD"}
# What answers well without having changed anything of the organization's, and why.
CHANGE_NOTHING = {
    "score_accounts": "computes from what it is sent",
    "run_health_scenarios": "computes from what it is sent",
    "try_crm_connection": "makes a harmless call to the CRM",
    "make_card_link": "signs a link, which is kept nowhere",
}
# What finds, the second time, that everything is as asked, and says so.
MAY_CHANGE_NOTHING = {"cancel_job"}
# They come from CRMs, without a key; what they bring is kept whole in the inbox.
IN_THE_INBOX = {"take_delivery", "take_delivery_by_secret_path"}


@dataclass(frozen=True)
class Call:
    """A request that was answered."""

    operation: str
    method: str
    status: int
    request_id: str
    replayed: bool

    @property
    def expected(self):
        """How many entries it may have left."""
        well = self.status < 300 and not self.replayed
        changed = well and self.method not in READS and self.operation not in CHANGE_NOTHING.keys() | IN_THE_INBOX
        if changed and self.operation in MAY_CHANGE_NOTHING:
            return {0, 1}
        return {int(changed)}


@dataclass
class Heard:
    """Hears every call of a client; `operation_of` tells which operation a request is for."""

    operation_of: Callable[[httpx.Request], str]
    calls: list[Call] = field(default_factory=list)

    async def hear(self, response):
        self.calls.append(
            Call(
                self.operation_of(response.request),
                response.request.method,
                response.status_code,
                response.headers["x-request-id"],
                "idempotency-replayed" in response.headers,
            )
        )


async def faults_of_the_log(database, tenant_id, heard):
    """Where the log does not tell what it should: one entry for each change and each job done, and none beside."""
    log = audit_log.c
    async with database.transaction(tenant_id) as connection:
        done = await connection.execute(
            # What is done on the spot is part of a request, and never begins.
            select(jobs).where(
                jobs.c.tenant_id == tenant_id, jobs.c.status == "succeeded", jobs.c.started_at.isnot(None)
            )
        )
        ended = {(row.kind, row.id, row.key_id) for row in done}
        # Read after them, it has the entry of each, whatever ends meanwhile.
        rows = (await connection.execute(select(audit_log).where(log.tenant_id == tenant_id))).all()
    asked = [row for row in rows if row.actor_kind in {"key", "guest"}]
    entries, named = Counter(row.request_id for row in asked), {(row.request_id, row.operation) for row in asked}
    worked = Counter((row.operation, row.subject_id, row.key_id) for row in rows if row.actor_kind == "worker")
    faults = [
        f"{call.operation} ({call.method}, {call.status}) has {entries[call.request_id]} entries"
        for call in heard.calls
        if entries[call.request_id] not in call.expected
        or (entries[call.request_id] and (call.request_id, call.operation) not in named)
    ]
    return [*faults, *(f"{each} has {worked[each]} entries" for each in ended if worked[each] != 1)]
