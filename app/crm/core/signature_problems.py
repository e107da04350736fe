"""Decides what cannot be right in the scheme by which a connector's deliveries show who sent them."""

import re
from collections.abc import Iterator
from typing import Final

from app.crm.core.call_problems import template_problems
from app.crm.core.path_problems import path_problems
from app.crm.core.spec import Signature
from app.kernel.errors import FieldProblem

SIGNED: Final = frozenset({"method", "uri", "path", "body", "timestamp", "id", "secret"})
LONGEST_AGE_SECONDS: Final = 86_400
_ESCAPE = re.compile(r"%[0-9A-F]{2}")


def signature_problems(at: str, signature: Signature) -> Iterator[FieldProblem]:
    """Every fault of a signature scheme, by its pointer below `at`."""
    if signature.place in {"header", "query", "body"} and not signature.name:
        yield FieldProblem(f"{at}/name", "missing", f"is needed to find it in the {signature.place}")
    if signature.place == "body":
        yield from path_problems(f"{at}/name", signature.name)
    yield from _shown_problems(at, signature)
    yield from _signed_problems(at, signature)
    yield from _list_problems(at, signature)
    for name in ("older_seconds", "newer_seconds"):
        if not 1 <= getattr(signature, name) <= LONGEST_AGE_SECONDS:
            yield FieldProblem(f"{at}/{name}", "out_of_range", f"must lie within 1 and {LONGEST_AGE_SECONDS}")
    for place, escape in enumerate(signature.decode_uri):
        if not _ESCAPE.fullmatch(escape):
            yield FieldProblem(f"{at}/decode_uri/{place}", "escape_form", "must be like %3A")


def _shown_problems(at: str, signature: Signature) -> Iterator[FieldProblem]:
    """Whether what is shown can be compared."""
    if (signature.algorithm == "equals") != (signature.encoding == "text"):
        yield FieldProblem(f"{at}/encoding", "does_not_fit", "is text where a secret is shown (equals), and only there")
    if signature.algorithm != "equals" and signature.place not in {"header", "query"}:
        yield FieldProblem(f"{at}/place", "does_not_fit", "a signature stands in a header or in the query")
    if signature.algorithm != "equals" and signature.key == "text" and signature.key_prefix:
        yield FieldProblem(f"{at}/key_prefix", "unexpected", "comes with a key in hex or base64")


def _signed_problems(at: str, signature: Signature) -> Iterator[FieldProblem]:
    """Whether what is signed covers what it must."""
    if signature.algorithm == "equals":
        return
    where, signed = f"{at}/signs", signature.signs
    yield from template_problems(where, signed, SIGNED)
    if "{body}" not in signed:
        yield FieldProblem(where, "missing_variable", "must hold {body}: else nobody vouches for it")
    if (signature.algorithm == "sha256") != ("{secret}" in signed):
        yield FieldProblem(where, "does_not_fit", "holds {secret} with the algorithm sha256, and only with that")
    dated = bool(signature.timestamp or signature.timestamp_list_key)
    if dated != ("{timestamp}" in signed):
        yield FieldProblem(where, "does_not_fit", "a timestamp is to be signed, and what is signed is to be found")
    if "{id}" in signed and not signature.id:
        yield FieldProblem(f"{at}/id", "missing", "is needed: {id} is signed")


def _list_problems(at: str, signature: Signature) -> Iterator[FieldProblem]:
    if signature.timestamp_list_key and not signature.list_key:
        yield FieldProblem(f"{at}/list_key", "missing", "is needed: the timestamp stands in a list of pairs")
    if signature.timestamp_list_key and signature.timestamp:
        yield FieldProblem(f"{at}/timestamp", "ambiguous", "stands in a header or in the list, not in both")
    if (signature.listed or signature.list_key) and not signature.separator:
        yield FieldProblem(f"{at}/separator", "missing", "is needed to take the list apart")
