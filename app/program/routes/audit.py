"""The door of the audit of the program."""

from typing import Annotated, Any

from fastapi import Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.periods import InTheFuture
from app.program.routes.audit_shown import Shown
from app.program.schemas.audit import ProgramAudit
from app.program.service import audit as service
from app.program.service import benchmark_sets
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["program"])
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end facts are read; today when left out")]


@router.get(
    "/program/audit",
    response_model=ProgramAudit,
    responses=problems(InTheFuture),
    openapi_extra=needs("retiering:read"),
)
async def get_program_audit(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Audit the program: what of it is in place, what is not, what usually helps, and what comes first.

    Every status is computed from what is on record of the key accounts as of a day, with the accounts that lack
    something. It tells whether they are a program or a collection, and which link breaks first. Published figures stand
    beside ours and decide nothing; what people say of maturity, skills and planning is shown apart.
    """
    told = await service.told(connection, tenant_id, as_of)
    return Shown(told, await benchmark_sets.listed(connection, tenant_id)).whole()
