"""The door for many records at once: each item has its own outcome, and one bad item refuses no other."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, ValidationError, WrapValidator, create_model

from app.accounts import service
from app.accounts.doors.telling import typed, words, write
from app.infra.invalid_fields import field_problems
from app.infra.problem_pages import Problem
from app.infra.problems import problems, rendered
from app.infra.records.kind import Change, Kind, Outcome
from app.infra.records.saving import TwiceInBatch
from app.infra.wire import Answer, WireModel
from app.kernel.errors import Invalid, Refusal
from app.tenancy.deps import Connection, CurrentTenant

MAX_BATCH = 1000


class UnreadableItem(Invalid):
    """The item cannot be read."""


class ItemOutcome(Answer):
    """What came of one item of a batch; `problem` says why it was refused."""

    status: int = Field(
        description="As if the item had been sent alone: 201 created, 200 otherwise, else the problem's"
    )
    result: Literal["created", "updated", "unchanged", "stale", "refused"] = Field(
        description="`stale`: what the source changed later is known already"
    )
    id: UUID | None = Field(description="The record's id; null where there is none")
    problem: Problem | None = Field(description="Why it was refused, with pointers into the item; else null")


class BatchOutcome(Answer):
    """What came of each item, in their order."""

    created: int = Field(description="How many items made a record")
    updated: int = Field(description="How many changed one")
    unchanged: int = Field(description="How many said what was known")
    stale: int = Field(description="How many were older than what is known")
    refused: int = Field(description="How many were refused; nothing of them was kept")
    results: list[ItemOutcome]


def tolerant(value: Any, handler: Callable[[Any], Any]) -> Any:
    """The item, or the refusal that it earns: one bad item must not refuse the others."""
    try:
        return handler(value)
    except ValidationError as error:
        return UnreadableItem(
            "see errors",
            errors=field_problems([{**found, "loc": ("body", *found["loc"])} for found in error.errors()], value),
        )


def batch_of(kind: Kind) -> type[WireModel]:
    """The body of the kind's batch."""
    item: Any = Annotated[kind.body, WrapValidator(tolerant)]
    field = Field(min_length=1, max_length=MAX_BATCH, description="Known by `source` and `external_id` where given")
    told = f"Up to {MAX_BATCH} {words(kind, many=True)}."
    return create_model(f"{kind.answer.__name__}Batch", __base__=WireModel, __doc__=told, items=(list[item], field))


def add_batch(router: APIRouter, kind: Kind) -> None:
    async def save_batch(body: Any, tenant_id: CurrentTenant, connection: Connection) -> Any:
        readable = [item for item in body.items if not isinstance(item, Refusal)]
        changes = [Change(item.given()) for item in readable]
        saved = iter(await service.save(connection, tenant_id, kind, changes, service.arriving()))
        outcomes = [Outcome("refused", None, item) if isinstance(item, Refusal) else next(saved) for item in body.items]
        return batch_answer(outcomes)

    router.add_api_route(
        f"/{kind.path}/batch",
        typed(save_batch, body=batch_of(kind)),
        methods=["POST"],
        operation_id=f"save_{kind.plural}_batch",
        summary=f"Create or change up to {MAX_BATCH} {words(kind, many=True)}",
        description="Items are known by `source` and `external_id`; each has its own outcome, in order.",
        response_model=BatchOutcome,
        responses=problems(TwiceInBatch, UnreadableItem),
        openapi_extra=write(kind),
    )


def batch_answer(outcomes: list[Outcome]) -> dict[str, Any]:
    """The batch's answer: how many of each, then each."""
    results = [outcome.result for outcome in outcomes]
    counts = {name: results.count(name) for name in ("created", "updated", "unchanged", "stale", "refused")}
    return {**counts, "results": [_item(outcome) for outcome in outcomes]}


def _item(outcome: Outcome) -> dict[str, Any]:
    if outcome.refusal is None:
        status = 201 if outcome.result == "created" else 200
        return {"status": status, "result": outcome.result, "id": outcome.id, "problem": None}
    problem = Problem.model_validate_json(rendered(outcome.refusal, instance="", request_id="").body)
    return {"status": problem.status, "result": "refused", "id": outcome.id, "problem": problem}
