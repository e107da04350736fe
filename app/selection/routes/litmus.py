"""The doors of the litmus test, of the evidence behind it, and of published figures."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id, PositiveInt4
from app.kernel.benchmarks import POTENTIAL_FIRST
from app.kernel.ids import ModelId, UserId
from app.selection.core.rounding import rounded_or_none
from app.selection.core.weight_shares import Weighed
from app.selection.schemas.litmus import EvidenceAnswer, EvidenceBody, LitmusAnswer
from app.selection.schemas.ready import as_json
from app.selection.service import evidence, litmus, models
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathModelId = Annotated[Id, Path(description="The selection model's id")]
PathNoteId = Annotated[Id, Path(description="The evidence note's id")]
Number = Annotated[PositiveInt4 | None, Query(description="The version's number; the newest when left out")]


@router.get(
    "/selection/models/{model_id}/litmus",
    response_model=LitmusAnswer,
    responses=problems(models.ModelNotFound),
    openapi_extra=read,
)
async def get_selection_model_litmus(
    model_id: PathModelId, tenant_id: CurrentTenant, connection: Connection, model_version: Number = None
) -> Response:
    """Read the litmus test of a version: four verdicts with the figures behind each, and what evidence warns of."""
    wanted = ModelId(model_id)
    version = (
        await models.newest(connection, tenant_id, wanted)
        if model_version is None
        else await models.version(connection, tenant_id, wanted, model_version)
    )
    return as_json(_shown(await litmus.tested(connection, tenant_id, version)))


def _shown(test: litmus.Tested) -> dict[str, Any]:
    return {
        "model_id": test.version.model_id,
        "model_version": test.version.number,
        **test.document,
        "warnings": [{**asdict(one), "share": rounded_or_none(one.share)} for one in test.warnings],
        "potential_first": {"holds": test.potential_first, "benchmark": asdict(POTENTIAL_FIRST)},
        "shares": [_share(one) for one in test.weighed],
    }


def _share(one: Weighed) -> dict[str, Any]:
    metric = one.definition
    return {
        "criterion": one.key,
        "metric": one.metric,
        "dimension": one.dimension,
        "group": one.group,
        "share": rounded_or_none(one.share),
        "kind": metric.kind if metric else None,
        "horizon": metric.horizon if metric else None,
        "measures": metric.measures if metric else None,
    }


@router.post(
    "/selection/models/{model_id}/evidence",
    status_code=201,
    response_model=EvidenceAnswer,
    responses=problems(models.ModelNotFound, evidence.UnusableEvidence, SpeaksForAnother, UnknownPeople),
    openapi_extra=write,
)
async def note_selection_evidence(
    model_id: PathModelId, body: EvidenceBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Note evidence from the market for a model's criteria; for a year it can carry the litmus test's last part."""
    author = None if body.user_id is None else UserId(body.user_id)
    noted = evidence.Evidence(body.note, body.source, body.dated_on, body.criteria, author)
    return _note(await evidence.add(connection, caller, ModelId(model_id), noted))


@router.get(
    "/selection/models/{model_id}/evidence",
    response_model=Page[EvidenceAnswer],
    responses=problems(models.ModelNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_selection_evidence(
    model_id: PathModelId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List a model's evidence notes, the newest first, withdrawn ones included."""
    found = await evidence.page(connection, tenant_id, ModelId(model_id), asked)
    return {"data": [_note(row) for row in found.data], "next_cursor": found.next_cursor}


@router.post(
    "/selection/evidence/{note_id}/withdraw",
    response_model=EvidenceAnswer,
    responses=problems(evidence.EvidenceNotFound),
    openapi_extra=write,
)
async def withdraw_selection_evidence(note_id: PathNoteId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Let an evidence note no longer count; it stays on record. Doing so again changes nothing."""
    return _note(await evidence.withdraw(connection, tenant_id, note_id))


def _note(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in EvidenceAnswer.model_fields}
