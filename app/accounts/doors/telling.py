"""What the document tells of a door that was made from a kind: its words, its scope, what a new record needs."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.infra.records.kind import Kind
from app.tenancy.deps import needs

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def typed(endpoint: Endpoint, **types: Any) -> Endpoint:
    """Give parameters the types that are known only now."""
    endpoint.__annotations__.update(types)
    return endpoint


def words(kind: Kind, *, many: bool = False) -> str:
    return (kind.plural if many else kind.singular).replace("_", " ")


def one(kind: Kind) -> str:
    """`an account`; by sound, `a user`."""
    return f"{'an' if kind.singular[0] in 'aeio' else 'a'} {words(kind)}"


def write(kind: Kind) -> dict[str, Any]:
    return needs(f"{kind.area}:write") | _group(kind)


def read(kind: Kind) -> dict[str, Any]:
    return needs(f"{kind.area}:read") | _group(kind)


def _group(kind: Kind) -> dict[str, Any]:
    return {"tags": [kind.tag or words(kind, many=True)]}


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
