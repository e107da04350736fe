"""Publishing a model: the litmus test stands at the gate, and who passes it all the same says why, for good."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.kernel.errors import Conflict, FieldProblem
from app.kernel.ids import ModelId
from app.selection.core.litmus import Litmus
from app.selection.queries import MODELS
from app.selection.service import models
from app.selection.service.keeping import today
from app.selection.service.litmus import tested
from app.selection.service.models import Publication, Version
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

REVIEW_AFTER_DAYS: Final = 365  # criteria are gone over once a year


class LitmusNotPassed(Conflict):
    """The selection model does not pass the litmus test."""


async def publish(  # what is published, by whom, and how
    connection: AsyncConnection,
    caller: Caller,
    model_id: ModelId,
    *,
    version: int,
    use: bool,
    override_reason: str | None,
) -> Version:
    """Publish the newest version; with `use` the organization scores with the model from now on.

    What the litmus test says now is kept with the version, and what becomes of its grounds later changes nothing. The
    reason is kept where the test is not passed; where it is, there is nothing to override, and it is left out.
    """
    tenant_id = caller.tenant_id
    before = await models.own(connection, tenant_id, model_id, version)
    models.check_move(before, "published")
    test = await tested(connection, tenant_id, before)

    passed = test.litmus.passed
    if not passed and override_reason is None:
        raise _not_passed(test.litmus)
    publication = Publication(test.document, None if passed else override_reason, caller.key_id)

    await models.put_in_force(connection, tenant_id, model_id, before.number, publication)
    await MODELS.touch_model(connection, tenant_id, model_id, before.name)
    if use:
        await tenancy.change_organization(connection, tenant_id, {"selection_model_id": model_id}, version=None)
    published = await models.newest(connection, tenant_id, model_id)
    await _tell(connection, caller, published, test.litmus)
    return published


def shown(version: Version) -> dict[str, Any] | None:
    """How a version came to be published, and when its criteria should be gone over; None while it is not."""
    publication = version.publication
    if publication is None or version.published_at is None:
        return None
    in_force = version.state == "published"
    due = version.published_at.date() + timedelta(days=REVIEW_AFTER_DAYS) if in_force else None
    return {
        "litmus": publication.litmus,
        "override_reason": publication.override_reason,
        "published_by": publication.published_by,
        "review_due_on": due,
        "review_overdue": due is not None and due < today(),
    }


def _not_passed(litmus: Litmus) -> LitmusNotPassed:
    """Which parts failed, and what each of them lacks."""
    failed = [verdict for verdict in litmus.verdicts if not verdict.passed]
    errors = [
        FieldProblem("/override_reason", f"not_{verdict.part}", reason)
        for verdict in failed
        for reason in verdict.reasons
    ]
    named = ", ".join(verdict.part for verdict in failed)
    return LitmusNotPassed(f"not passed: {named}; give an override_reason to publish it all the same", errors=errors)


async def _tell(connection: AsyncConnection, caller: Caller, published: Version, litmus: Litmus) -> None:
    data = {
        "name": published.name,
        "model_version": published.number,
        "in_use": published.in_use,
        "litmus": {verdict.part: verdict.passed for verdict in litmus.verdicts},
        "overridden": not litmus.passed,
    }
    await events.record(
        connection, caller.tenant_id, "selection_model.published", "selection_model", published.model_id, data
    )
