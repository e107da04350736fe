"""What can be done next with what was made: links from its answer to the operations that take its id.

A thing is at home at `…/{thing_id}` below the `POST` that made it, or else where a `GET` answers the same schema. What
goes on from there takes its id; what else stands in the path is taken from the request that made it, so that no link
needs what is not known.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.infra.documents.answers import ACCEPTED
from app.infra.documents.operations import Operation, all_of

Document = dict[str, Any]
PLACE = "#/components/links/"
ID = "$response.body#/id"
_HOME = re.compile(r"(?P<before>.*)/{(?P<id>\w+_id)}")
_IN_PATH = re.compile(r"{(\w+)}")


def add(document: Document) -> None:
    """Link the answers of the document; a link that many answers have stands once."""
    operations = list(all_of(document))
    homes = _homes(operations, document)
    places = dict.fromkeys(path for path, _, _ in operations if _HOME.fullmatch(path))
    links: dict[str, Any] = {}
    for path, method, operation in operations:
        for answer in _making(method, operation, document):
            found = {
                name: link
                for home in _below(path, places, answer) or _of_this(operation, homes, _named(answer))
                for name, link in _onward(path, home, operations)
            }
            if found:
                links |= found
                answer["links"] = {name: {"$ref": f"{PLACE}{name}"} for name in found}
    document["components"]["links"] = links


def _homes(operations: list[tuple[str, str, Operation]], document: Document) -> list[tuple[str, Operation]]:
    """Where things are read by their ids."""
    return [
        (path, operation)
        for path, method, operation in operations
        if method == "get" and _HOME.fullmatch(path) and _has_an_id(operation["responses"].get("200", {}), document)
    ]


def _has_an_id(answer: Operation, document: Document) -> bool:
    return "id" in document["components"]["schemas"].get(_named(answer), {}).get("properties", {})


def _making(method: str, operation: Operation, document: Document) -> Iterator[Operation]:
    """The answers in which there is something new, or what was there already in the place of it."""
    made = {"post": ("201", "202"), "put": ("200", "201")}.get(method, ())
    answers = [operation["responses"].get(status, {}) for status in made]
    yield from (answer for answer in answers if _has_an_id(answer, document))


def _below(path: str, places: Iterable[str], answer: Operation) -> list[str]:
    """The places of single things below the path; what only begins a job is none of them."""
    return [] if _named(answer) == ACCEPTED else [place for place in places if place.rpartition("/")[0] == path]


def _of_this(operation: Operation, homes: list[tuple[str, Operation]], name: str) -> list[str]:
    """Where else the same kind of key reads such a thing as the one that is made at the path."""
    if name == ACCEPTED:
        return [home for home, _ in homes if home.endswith("/{job_id}")]
    return [
        home
        for home, reading in homes
        if _named(reading["responses"]["200"]) == name and _keys(reading) == _keys(operation)
    ]


def _keys(operation: Operation) -> set[str]:
    return {scheme for one in operation.get("security", ()) for scheme in one}


def _onward(path: str, home: str, operations: list[tuple[str, str, Operation]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation at or below the home, with where the ids in its path come from."""
    own = home.rpartition("{")[2].rstrip("}")
    known = {name: f"$request.path.{name}" for name in _IN_PATH.findall(path)}
    if own != "external_id":  # that one is not ours to give
        known[own] = ID
    for other, _, operation in operations:
        needed = _IN_PATH.findall(other)
        if f"{other}/".startswith(f"{home}/") and known.keys() >= set(needed):
            parameters = {name: known[name] for name in needed}
            yield operation["operationId"], {"operationId": operation["operationId"], "parameters": parameters}


def _named(answer: Operation) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    name: str = schema.get("$ref", "").rpartition("/")[2]
    return name
