"""Makes the doors of a kind of record from its description: every kind is read, written and listed in one way."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from app.accounts import service
from app.accounts.doors.batches import add_batch
from app.accounts.doors.telling import creation, one, read, typed, words, write
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service import InUse, MergedAway
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.records.kind import Change, Filter, Kind, Outcome
from app.infra.records.references import UnknownReference
from app.infra.records.saving import FieldsMissing, HalfAnIdentity, RecordChanged, RecordExists
from app.infra.records.showing import shown
from app.infra.records.wire import RecordBody
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId
from app.tenancy.deps import Connection, CurrentTenant

PathAccountId = Annotated[UUID, Path(description="The account's id")]


class OtherAccount(Invalid):
    """The body names another account than the path."""


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
        standing = await service.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
        given = body.given()
        if given.get("account") not in {None, account_id}:
            raise OtherAccount("account", errors=[FieldProblem("/account", "mismatch", "differs from the path")])
        change = Change({**given, "account": standing}, must_be_new=True)
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
        standing = await service.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
        filters = {**wanted.model_dump(exclude_none=True), "account_id": standing}
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
            *((MergedAway,) if kind.removable else ()),
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
