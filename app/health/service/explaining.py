"""Why an account's hygiene and health changed between two days: of what was kept, else as of the days themselves."""

import math
from datetime import date

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.changes import End, Explained, Kept, side_changes
from app.health.core.kept import kept_scores, values_of
from app.health.core.score import Scores, quadrant_names
from app.health.queries import scores as queries
from app.health.service import models
from app.health.service.keeping import judged, today
from app.health.service.models import Version
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, ModelId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.scoring.core.arrays import Vector
from app.tenancy import service as tenancy


class DaysInReverse(Invalid):
    """A change is told from an earlier day to a later one."""


async def explained(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, since: date, until: date | None
) -> Explained:
    """The account's newest judgement of `since` or earlier beside that of `until` (today) or earlier.

    Each end is judged by the model that judged it then. Where nothing was kept by a day, it is judged as of that day by
    the model in use, and not kept.
    """
    last = day_asked(until, today(), pointer="/query/until")
    if since > last:
        problem = FieldProblem("/query/since", "in_reverse", "must not lie after the day that the change leads to")
        raise DaysInReverse(f"{since} lies after {last}", errors=[problem])
    before, after = [await _end(connection, tenant_id, account_id, day) for day in (since, last)]
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    return Explained(account_id, before, after, side_changes(before.kept, after.kept), registry)


async def _end(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> End:
    row = await queries.newest(connection, tenant_id, account_id, until=day)
    if row is None:
        return await _computed(connection, tenant_id, account_id, day)
    version = await models.version(connection, tenant_id, ModelId(row["model_id"]), row["model_version"])
    scores, values = kept_scores(version.model, [dict(row)])
    return _found(row["as_of"], version, scores, values[0], was_kept=True)


async def _computed(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> End:
    version = await models.to_use(connection, tenant_id)
    measured = await metrics.measured(
        connection, tenant_id, as_of=day, keys=version.model.metrics, account_ids=[account_id]
    )
    return _found(day, version, judged(version.model, measured), values_of(version.model, measured)[0], was_kept=False)


def _found(as_of: date, version: Version, scores: Scores, values: Vector, *, was_kept: bool) -> End:
    kept = Kept(version.model, _known(values), _known(scores.utilities[:, 0]))
    return End(as_of, was_kept, version.model_id, version.number, quadrant_names(scores.quadrant)[0], kept)


def _known(numbers: Vector) -> list[float | None]:
    return [None if math.isnan(number) else number for number in np.asarray(numbers, dtype=np.float64).tolist()]
