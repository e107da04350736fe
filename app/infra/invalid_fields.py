"""What pydantic found wrong, told as field problems: where by JSON pointer, why without repeating what was sent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.kernel.errors import FieldProblem

_MAX_SEGMENT = 64
_MAX_SEGMENTS = 40
# pydantic's own words for these speak of Python, or quote the input.
_MESSAGES = {
    "extra_forbidden": "There is no such field",
    "missing": "This field is required",
    "model_attributes_type": "Input should be an object",
    "model_type": "Input should be an object",
    "dict_type": "Input should be an object",
    "list_type": "Input should be an array",
    "uuid_parsing": "Input should be a UUID",
    "uuid_type": "Input should be a UUID",
    "none_required": "Input should be null",
    "union_tag_invalid": "Input is of none of the expected kinds: {expected_tags}",
}
_ABSENT = object()
_KIND = "kind"  # the field by which several shapes are told apart


def field_problems(found: Sequence[Mapping[str, Any]], body: object) -> list[FieldProblem]:
    """Pydantic's errors as field problems.

    Pointers are JSON pointers (RFC 6901) into the body; for other parts of the request they begin with
    `/query/`, `/path/`, `/header/` or `/cookie/` and the parameter's name. Long or many-part ones are cut.
    """
    return [FieldProblem(_pointer(each, body), str(each["type"]), _message(each)) for each in found]


def _pointer(found: Mapping[str, Any], body: object) -> str:
    where, *path = found["loc"] or ("body",)
    if where == "body":
        segments = list(_in_body(path, body, names_absent_field=found["type"] == "missing"))
    else:
        segments = [where, *path]
    return "".join(f"/{_escaped(segment)}" for segment in segments[:_MAX_SEGMENTS])


def _in_body(path: Sequence[str | int], body: object, *, names_absent_field: bool) -> Iterator[str | int]:
    """The steps of `path` that are in the body: pydantic's paths also name the members of unions it tried."""
    here = body
    for place, step in enumerate(path):
        if place + 1 < len(path) and isinstance(here, dict) and here.get(_KIND) == step:
            continue  # which of several shapes was meant, which may be called like one of its fields
        inner = _inside(here, step)
        if inner is not _ABSENT:
            yield step
            here = inner
        elif names_absent_field and step == path[-1]:
            yield step


def _inside(here: object, step: str | int) -> object:
    if isinstance(here, dict):
        return here.get(step, _ABSENT)
    if isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
        return here[step]
    return _ABSENT


def _escaped(segment: object) -> str:
    return str(segment)[:_MAX_SEGMENT].replace("~", "~0").replace("/", "~1")


def _message(found: Mapping[str, Any]) -> str:
    kind, context = str(found["type"]), found.get("ctx") or {}
    if kind in _MESSAGES:
        return _MESSAGES[kind].format_map(context)
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", "Input cannot be right"))
    return str(found["msg"])
