"""Makes the doors of a kind of record from its description: every kind is read, written and listed in one way."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator, create_model

from app.accounts import service
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service import InUse
from app.infra.invalid_fields import field_problems
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problem_pages import Problem
from app.infra.problems import problems, rendered
from app.infra.records.kind import Change, Filter, Kind, Outcome
from app.infra.records.references import UnknownReference
from app.infra.records.saving import FieldsMissing, HalfAnIdentity, RecordChanged, RecordExists, TwiceInBatch
from app.infra.records.showing import shown
from app.infra.records.wire import RecordBody
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Answer, WireModel
from app.kernel.errors import FieldProblem, Invalid, Refusal
from app.kernel.ids import AccountId
from app.tenancy.deps import Connection, CurrentTenant, needs

MAX_BATCH = 1000
PathAccountId = Annotated[UUID, Path(description="The account's id")]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class UnreadableItem(Invalid):
    """The item cannot be read."""


class OtherAccount(Invalid):
    """The body names another account than the path."""


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


def typed(endpoint: Endpoint, **types: Any) -> Endpoint:
    """Give parameters the types that are known only now."""
    endpoint.__annotations__.update(types)
    return endpoint


def add_doors(router: APIRouter, kind: Kind) -> None:
    """All doors of the kind: create, list, read, change, remove, batch; below an account where it stands there."""
    add_create(router, kind)
    add_list(router, kind)
    add_batch(router, kind)
    add_read(router, kind)
    add_change(router, kind)
    add_remove(router, kind)
    if kind.within_account:
        add_create_below(router, kind)
        add_list_below(router, kind)


def words(kind: Kind, *, many: bool = False) -> str:
    return (kind.plural if many else kind.singular).replace("_", " ")


def one(kind: Kind) -> str:
    """`an account`; by sound, `a user`."""
    return f"{'an' if kind.singular[0] in 'aeio' else 'a'} {words(kind)}"


def write(kind: Kind) -> dict[str, Any]:
    return needs(f"{kind.area}:write") | {"tags": [words(kind, many=True)]}


def read(kind: Kind) -> dict[str, Any]:
    return needs(f"{kind.area}:read") | {"tags": [words(kind, many=True)]}


def creation(kind: Kind, *, given: tuple[str, ...] = ()) -> dict[str, Any]:
    """As `write`; the document also tells which fields a new record needs, less those `given` elsewhere."""
    by_field = {reference.column: reference.name for reference in kind.references}
    brought = {column for reference in kind.references for column in reference.brings}
    fields = [by_field.get(each, each) for each in kind.required if each not in {*kind.defaults, *brought}]
    # A field that takes two columns stands here once, by what both names begin with.
    named = [each if each in kind.body.model_fields else each.rpartition("_")[0] for each in fields]
    needed = [each for each in dict.fromkeys(named) if each not in given]
    if not needed:
        return write(kind)
    body = {"content": {"application/json": {"schema": {"required": needed}}}}
    return write(kind) | {"requestBody": body}


def of(kind: Kind, outcome: Outcome, row: Any, response: Response) -> dict[str, Any]:
    """The answer to a write."""
    response.status_code = 201 if outcome.result == "created" else 200
    response.headers["Location"] = f"/v1/{kind.path}/{outcome.id}"
    tag(response, row["version"])
    return shown(kind, row)


def add_create(router: APIRouter, kind: Kind) -> None:
    async def create(body: RecordBody, tenant_id: CurrentTenant, connection: Connection, response: Response) -> Any:
        change = Change(body.given(), must_be_new=True)
        return of(kind, *await service.save_one(connection, tenant_id, kind, change, service.arriving()), response)

    router.add_api_route(
        f"/{kind.path}",
        typed(create, body=kind.body),
        methods=["POST"],
        status_code=201,
        operation_id=f"create_{kind.singular}",
        summary=f"Create {one(kind)}",
        response_model=kind.answer,
        responses=problems(RecordExists, FieldsMissing, HalfAnIdentity, UnknownReference),
        openapi_extra=creation(kind),
    )


def add_create_below(router: APIRouter, kind: Kind) -> None:
    async def create(
        account_id: PathAccountId,
        body: RecordBody,
        tenant_id: CurrentTenant,
        connection: Connection,
        response: Response,
    ) -> Any:
        await service.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
        given = body.given()
        if given.get("account") not in {None, account_id}:
            raise OtherAccount("account", errors=[FieldProblem("/account", "mismatch", "differs from the path")])
        change = Change({**given, "account": account_id}, must_be_new=True)
        return of(kind, *await service.save_one(connection, tenant_id, kind, change, service.arriving()), response)

    router.add_api_route(
        f"/accounts/{{account_id}}/{kind.path}",
        typed(create, body=kind.body),
        methods=["POST"],
        status_code=201,
        operation_id=f"create_account_{kind.singular}",
        summary=f"Create {one(kind)} of the account",
        response_model=kind.answer,
        responses=problems(
            AccountNotFound, RecordExists, FieldsMissing, HalfAnIdentity, UnknownReference, OtherAccount
        ),
        openapi_extra=creation(kind, given=("account",)),
    )


def filters_of(kind: Kind, *, without: tuple[str, ...] = ()) -> type[BaseModel]:
    """The query parameters of the kind's list."""
    fields: dict[str, Any] = {
        name: (asked.type | None, Field(default=None, description=_meaning(name, asked), **_bounds(asked.type)))
        for name, asked in kind.filters.items()
        if name not in without
    }
    return create_model(f"{kind.answer.__name__}Filters", __config__=ConfigDict(extra="ignore"), **fields)


def _meaning(name: str, asked: Filter) -> str:
    return asked.description or f"Only those with this `{name}`"


def _bounds(filter_type: Any) -> dict[str, Any]:
    return {"max_length": 255, "pattern": r"^[^\x00]*$"} if filter_type is str else {}


def add_list(router: APIRouter, kind: Kind) -> None:
    async def list_all(asked: AskedPage, wanted: BaseModel, tenant_id: CurrentTenant, connection: Connection) -> Any:
        found = await service.page(connection, tenant_id, kind, asked, wanted.model_dump(exclude_none=True))
        return {"data": [shown(kind, row) for row in found.data], "next_cursor": found.next_cursor}

    router.add_api_route(
        f"/{kind.path}",
        typed(list_all, wanted=Annotated[filters_of(kind), Query()]),
        methods=["GET"],
        operation_id=f"list_{kind.plural}",
        summary=f"List {words(kind, many=True)}",
        description=f"Sorted by age unless asked otherwise; `sort` takes {', '.join(('id', *kind.sorts))}.",
        response_model=Page[kind.answer],  # type: ignore[name-defined]  # a class known only at run time
        responses=problems(InvalidCursor, InvalidSort),
        openapi_extra=read(kind),
    )


def add_list_below(router: APIRouter, kind: Kind) -> None:
    async def list_below(
        account_id: PathAccountId, asked: AskedPage, wanted: BaseModel, tenant_id: CurrentTenant, connection: Connection
    ) -> Any:
        await service.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
        filters = {**wanted.model_dump(exclude_none=True), "account_id": account_id}
        found = await service.page(connection, tenant_id, kind, asked, filters)
        return {"data": [shown(kind, row) for row in found.data], "next_cursor": found.next_cursor}

    router.add_api_route(
        f"/accounts/{{account_id}}/{kind.path}",
        typed(list_below, wanted=Annotated[filters_of(kind, without=("account_id", "unassigned")), Query()]),
        methods=["GET"],
        operation_id=f"list_account_{kind.plural}",
        summary=f"List the account's {words(kind, many=True)}",
        description=f"Sorted by age unless asked otherwise; `sort` takes {', '.join(('id', *kind.sorts))}.",
        response_model=Page[kind.answer],  # type: ignore[name-defined]  # a class known only at run time
        responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
        openapi_extra=read(kind),
    )


def add_read(router: APIRouter, kind: Kind) -> None:
    async def get(record_id: UUID, tenant_id: CurrentTenant, connection: Connection, response: Response) -> Any:
        row = await service.one(connection, tenant_id, kind, record_id)
        tag(response, row["version"])
        return shown(kind, row)

    router.add_api_route(
        f"/{kind.path}/{{{kind.singular}_id}}",
        typed(get, record_id=_record_id(kind)),
        methods=["GET"],
        operation_id=f"get_{kind.singular}",
        summary=f"Read {one(kind)}",
        response_model=kind.answer,
        responses=problems(kind.missing),
        openapi_extra=read(kind),
    )


def add_change(router: APIRouter, kind: Kind) -> None:
    async def change(  # a door's parameters
        record_id: UUID,
        body: RecordBody,
        version: IfMatch,
        tenant_id: CurrentTenant,
        connection: Connection,
        response: Response,
    ) -> Any:
        wanted = Change(body.given(), id=record_id, version=version)
        return of(kind, *await service.save_one(connection, tenant_id, kind, wanted, service.arriving()), response)

    router.add_api_route(
        f"/{kind.path}/{{{kind.singular}_id}}",
        typed(change, record_id=_record_id(kind), body=kind.patch),
        methods=["PATCH"],
        operation_id=f"change_{kind.singular}",
        summary=f"Change {one(kind)}",
        description="Fields that are not given stay as they are; null takes a value away.",
        response_model=kind.answer,
        responses=problems(
            kind.missing,
            RecordExists,
            RecordChanged,
            UnreadableIfMatch,
            FieldsMissing,
            HalfAnIdentity,
            UnknownReference,
        ),
        openapi_extra=write(kind),
    )


def add_remove(router: APIRouter, kind: Kind) -> None:
    async def remove(record_id: UUID, version: IfMatch, tenant_id: CurrentTenant, connection: Connection) -> None:
        await service.remove(connection, tenant_id, kind, record_id, version=version)

    router.add_api_route(
        f"/{kind.path}/{{{kind.singular}_id}}",
        typed(remove, record_id=_record_id(kind)),
        methods=["DELETE"],
        status_code=204,
        operation_id=f"remove_{kind.singular}",
        summary=f"Remove {one(kind)}",
        responses=problems(kind.missing, InUse, RecordChanged, UnreadableIfMatch),
        openapi_extra=write(kind),
    )


def _record_id(kind: Kind) -> Any:
    return Annotated[UUID, Path(alias=f"{kind.singular}_id", description=f"The {words(kind)}'s id")]


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
