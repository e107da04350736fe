"""Decides what cannot be right in the calls of a connector: where they lead, what they ask, how they go on."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.crm.core.path_problems import path_problems
from app.crm.core.spec import Association, Call, Json, ObjectRules, Write
from app.crm.core.templates import CALL_NAMES, SPREAD, names_in
from app.kernel.errors import FieldProblem

_NAME = re.compile(r"\{([a-z_][a-z0-9_]*)\}")  # what else stands in braces is left as it is
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# These say how a call is sent, or who makes it, and are not for a connector to say.
_OWN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "authorization", "cookie", "proxy-authorization"}
)
_ALWAYS = frozenset({"base_url", "name", "fields", "limit", "now", "now_ms", "now_s", "now_date"})
_SINCE = frozenset({"since", "since_ms", "since_s", "since_date"})
_IDS = frozenset({"ids", "ids_quoted", "id_objects"})
_PLACES: Mapping[str, frozenset[str]] = {
    "cursor": frozenset({"cursor"}),
    "offset": frozenset({"offset"}),
    "page": frozenset({"page"}),
    "keyset": frozenset({"last_id"}) | _SINCE,
}
RESERVED: Final = CALL_NAMES


@dataclass(frozen=True, slots=True)
class Role:
    """What a call is for: the names its templates know beside those of all calls, and of which it needs one."""

    knows: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    pages: bool = False


TEST = Role()
PAGE = Role(pages=True)
CHANGED = Role(_SINCE, _SINCE, pages=True)
DELETED = Role(_SINCE, pages=True)
ONE = Role(frozenset({"id"}), frozenset({"id"}))
SOME = Role(_IDS, _IDS, pages=True)
BESIDE = Role(_IDS, pages=True)
WRITE = Role(_IDS | {"items", "id"}, frozenset({"items", "fields"}))
WRITE_ITEM = Role(frozenset({"id"}))


def call_problems(at: str, call: Call, role: Role, variables: Iterable[str]) -> Iterator[FieldProblem]:
    """Every fault of a call, by its pointer below `at`. variables: the connector's own."""
    knows = _ALWAYS | role.knows | frozenset(variables)
    if role.pages:
        knows |= _PLACES.get(call.paging.kind, frozenset())
    yield from _path_problems(f"{at}/path", call.path)
    for part, template in (("path", call.path), ("query", call.query), ("headers", call.headers), ("body", call.body)):
        yield from template_problems(f"{at}/{part}", template, knows)
    yield from _header_problems(f"{at}/headers", call.headers)
    if call.body is not None and call.method == "GET":
        yield FieldProblem(f"{at}/body", "unexpected", "a GET has no body")
    yield from path_problems(f"{at}/items", call.items)
    asked = names_in([call.path, call.query, call.headers, call.body])
    if role.needs and not asked & role.needs:
        yield FieldProblem(at, "missing_variable", f"must use one of: {_listed(role.needs)}")
    yield from _paging_problems(at, call, role, asked)
    yield from _tie_problems(at, call, variables)


def _paging_problems(at: str, call: Call, role: Role, asked: frozenset[str]) -> Iterator[FieldProblem]:
    paging, where = call.paging, f"{at}/paging"
    if paging.kind != "none" and not role.pages:
        yield FieldProblem(where, "unexpected", "is for calls that tell of several records")
        return
    if paging.kind in {"next_url", "cursor"} and not paging.next:
        yield FieldProblem(f"{where}/next", "missing", f"is needed by paging of the kind {paging.kind}")
    needed = _PLACES.get(paging.kind, frozenset())
    if needed and not asked & needed:
        yield FieldProblem(at, "missing_variable", f"must use one of: {_listed(needed)}, to page by {paging.kind}")
    for name in ("next", "more", "delta"):
        yield from path_problems(f"{where}/{name}", getattr(paging, name))
    if paging.delta and paging.kind != "next_url":
        yield FieldProblem(f"{where}/delta", "unexpected", "comes with paging of the kind next_url")
    if call.expired and not paging.delta:
        yield FieldProblem(f"{at}/expired", "unexpected", "comes with a delta")


def _tie_problems(at: str, call: Call, variables: Iterable[str]) -> Iterator[FieldProblem]:
    if call.ties is None:
        return
    if call.paging.kind != "keyset" or call.ties.ties is not None:
        yield FieldProblem(f"{at}/ties", "unexpected", "comes with paging of the kind keyset, once")
        return
    role = Role(_SINCE, frozenset({"last_id"}), pages=True)
    yield from call_problems(f"{at}/ties", call.ties, role, variables)


def object_call_problems(at: str, rules: ObjectRules, variables: Sequence[str]) -> Iterator[FieldProblem]:
    """Every fault of the calls for one kind of record."""
    roles = (("page", PAGE), ("changed", CHANGED), ("deleted", DELETED), ("one", ONE), ("some", SOME))
    for name, role in roles:
        call: Call | None = getattr(rules, name)
        if call is not None:
            yield from call_problems(f"{at}/{name}", call, role, variables)
            if call.paging.kind == "keyset" and rules.modified is None and names_in([call.query, call.body]) & _SINCE:
                yield FieldProblem(f"{at}/modified", "missing", "is needed to page by a keyset of times")
    if rules.one is None and rules.some is None:
        yield FieldProblem(f"{at}/one", "missing", "one of `one` and `some` is needed, to look at what changed")
    for name, association in rules.with_.items():
        yield from _association_problems(f"{at}/with/{name}", association, variables)
    if rules.write is not None:
        yield from _write_problems(f"{at}/write", rules.write, variables)


def _association_problems(at: str, association: Association, variables: Sequence[str]) -> Iterator[FieldProblem]:
    yield from call_problems(f"{at}/call", association.call, BESIDE, variables)
    for name in ("of", "value"):
        if not getattr(association, name):
            yield FieldProblem(f"{at}/{name}", "missing", "is needed")
    for name in ("of", "value", "by"):
        yield from path_problems(f"{at}/{name}", getattr(association, name))


def _write_problems(at: str, write: Write, variables: Sequence[str]) -> Iterator[FieldProblem]:
    yield from call_problems(f"{at}/call", write.call, WRITE, variables)
    if write.call.method == "GET":
        yield FieldProblem(f"{at}/call/method", "unexpected", "a write is no GET")
    yield from template_problems(f"{at}/item", write.item, _ALWAYS | WRITE_ITEM.knows | frozenset(variables))
    if "items" in names_in(write.call.body) and "fields" not in names_in(write.item):
        yield FieldProblem(f"{at}/item", "missing_variable", "must use: fields")
    for name in ("result_items", "result_id", "success", "error"):
        yield from path_problems(f"{at}/{name}", getattr(write, name))


def _path_problems(at: str, path: str) -> Iterator[FieldProblem]:
    if "://" in path or path.startswith(("//", "{base_url}")) or "\\" in path:
        yield FieldProblem(at, "another_host", "must be a path on the CRM's own address, not an address")
    elif not path.startswith("/"):
        yield FieldProblem(at, "path_form", "must begin with a slash")
    elif any(step in {".", ".."} for step in path.split("/")):
        yield FieldProblem(at, "path_form", "must not lead upwards")
    elif any(sign in path for sign in "?#") or not path.isprintable() or " " in path:
        yield FieldProblem(at, "path_form", "must not hold spaces, a query or a fragment")


def _header_problems(at: str, headers: Mapping[str, str]) -> Iterator[FieldProblem]:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name):
            yield FieldProblem(f"{at}/{escaped(name)}", "header_form", "is no name of a header")
        elif name.lower() in _OWN_HEADERS:
            yield FieldProblem(f"{at}/{escaped(name)}", "reserved", "is not for a connector to say")
        elif not value.isascii() or not value.isprintable():
            yield FieldProblem(f"{at}/{escaped(name)}", "header_form", "must be printable ASCII")


def template_problems(at: str, template: Json, knows: frozenset[str]) -> Iterator[FieldProblem]:
    """Every variable of a template that is not among `knows`, by the pointer of the text that names it."""
    if isinstance(template, str):
        for name in dict.fromkeys(_NAME.findall(template)):
            if name not in knows:
                yield FieldProblem(at, "unknown_variable", f"{{{name}}} is none of: {_listed(knows)}")
    elif isinstance(template, Mapping):
        yield from _entry_problems(at, template, knows)
    elif isinstance(template, list | tuple):
        for place, part in enumerate(template):
            yield from template_problems(f"{at}/{place}", part, knows)


def _entry_problems(at: str, template: Mapping[str, Json], knows: frozenset[str]) -> Iterator[FieldProblem]:
    if SPREAD in template and not _NAME.fullmatch(str(template[SPREAD])):
        yield FieldProblem(f"{at}/{SPREAD}", "template_form", "must be one variable and no more")
    for name, part in template.items():
        yield from template_problems(f"{at}/{escaped(name)}", part, knows)


def escaped(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
