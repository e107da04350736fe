"""What is told of problems beforehand: a page for each problem's URI, and their place in the OpenAPI document."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import FastAPI, Path
from pydantic import Field

from app.infra import guard
from app.infra.problems import (
    InternalError,
    InvalidRequest,
    NoSuchPath,
    name_of,
    problems,
    refusals,
    response_of,
    status_of,
    title_of,
)
from app.infra.wire import Answer
from app.kernel.errors import Malformed

# For `openapi_extra`: a page that everybody may see.
OPEN: dict[str, Any] = {"security": []}
_OF_OPEN = {400: response_of([Malformed]), 500: response_of([InternalError])}
_BODY_REFUSALS = (
    (408, [guard.BodyTooSlow]),
    (413, [guard.BodyTooLarge]),
    (415, [guard.NotJsonMedia, guard.EncodedBody]),
)
_SCHEMAS = "#/components/schemas/{model}"


class FieldError(Answer):
    """One field that cannot be right."""

    pointer: str = Field(
        description="JSON pointer into the body (`/criteria/2/weight`); else `/query/`, `/path/`, `/header/` and a name"
    )
    code: str = Field(description="What is wrong, for programs")
    message: str = Field(description="What is wrong, for people")


class Problem(Answer):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="URI of this kind of problem; `GET` it for what it means")
    title: str = Field(description="What this kind of problem is")
    status: int = Field(description="The HTTP status, again")
    detail: str = Field(description="What is wrong in this case")
    instance: str = Field(description="The path of the request")
    code: str = Field(description="The kind of problem, for programs")
    request_id: str = Field(description="As in the header `X-Request-Id`; name it when asking for help")
    errors: list[FieldError] = Field(description="At most 20 fields that cannot be right; empty for other problems")


class ProblemKind(Answer):
    """A kind of problem that requests may be refused with."""

    type: str = Field(description="URI of this kind of problem")
    title: str = Field(description="What this kind of problem is")
    status: int = Field(description="The HTTP status that it is answered with")


def install(app: FastAPI) -> None:
    """Serve `/problems`, and let the OpenAPI document of `app` tell of problems."""
    app.add_api_route(
        "/problems",
        _list_problems,
        name="list_problems",
        tags=["operation"],
        response_model=list[ProblemKind],
        openapi_extra=OPEN,
    )
    app.add_api_route(
        "/problems/{name}",
        _get_problem,
        name="get_problem",
        tags=["operation"],
        response_model=ProblemKind,
        responses={404: response_of([NoSuchPath])},
        openapi_extra=OPEN,
    )
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = with_problems(generate())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


async def _list_problems() -> list[ProblemKind]:
    """List every kind of problem that a request may be refused with."""
    return sorted((_kind(each) for each in set(refusals())), key=lambda kind: kind.type)


async def _get_problem(name: Annotated[str, Path(max_length=100, description="As in the URI")]) -> ProblemKind:
    """Tell what a kind of problem is; its URI leads here."""
    for each in refusals():
        if name_of(each) == name:
            return _kind(each)
    raise NoSuchPath("no kind of problem has this name")


def _kind(refusal: Any) -> ProblemKind:
    return ProblemKind(type=f"/problems/{name_of(refusal)}", title=title_of(refusal), status=status_of(refusal))


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI `document` with the schema of problems, and those that each operation may answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in (Problem, FieldError):
        schema = model.model_json_schema(mode="serialization", ref_template=_SCHEMAS)
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    for operation in _operations(document):
        answers = operation["responses"]
        if "application/json" in answers.get("422", {}).get("content", {}):  # FastAPI's own guess
            answers["422"] = response_of([InvalidRequest])
        own = dict(_OF_OPEN if operation.get("security") == [] else problems())
        own.update((status, response_of(list(kinds))) for status, kinds in _BODY_REFUSALS if "requestBody" in operation)
        if any(each["in"] == "query" for each in operation.get("parameters", ())):
            own[414] = response_of([guard.TargetTooLong])
        for status, answer in own.items():
            answers.setdefault(str(status), answer)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document.get("paths", {}).values():
        for method, operation in path.items():
            if method in {"get", "put", "post", "patch", "delete", "head", "options"}:
                yield operation
