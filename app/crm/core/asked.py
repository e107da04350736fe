"""What a caller asks of a connection, and what cannot be right in it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.crm.core.addresses import address_problem, base_url_problem
from app.crm.core.connection import Settings
from app.crm.core.spec import OBJECTS, AuthKind, ConnectorSpec, ObjectName, Signature
from app.crm.core.spec_problems import own_mapping_problems
from app.crm.core.webhook_secrets import secret_problem
from app.kernel.errors import FieldProblem

_GRANTS = frozenset({"client_credentials", "refresh_token", "jwt_bearer"})
_NAMES = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a CRM: the way (a kind), and its parts by name; they stand in nothing that is shown."""

    kind: AuthKind
    parts: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A connection as it is asked for. base_url: empty where the CRM has one for all, or is never called."""

    name: str
    source: str
    base_url: str
    objects: Sequence[ObjectName]
    settings: Settings
    spec: ConnectorSpec
    credentials: Credentials


def signature_of(spec: ConnectorSpec, settings: Settings) -> Signature:
    """The scheme that the connection's deliveries are held to: the one chosen, else the connector's first."""
    chosen = spec.signatures.get(settings.signature)
    return chosen if chosen is not None else next(iter(spec.signatures.values()))


def is_called(spec: ConnectorSpec) -> bool:
    """Whether the CRM is ever called; one that only pushes its records to us is not."""
    return any(kind != "none" for kind in spec.authentication.kinds) or bool(spec.base_url)


def problems_of(asked: Asked, *, loopback: bool) -> list[FieldProblem]:
    """All that cannot be right, each with its place; none if it is well."""
    return [
        *_address_problems(asked, loopback=loopback),
        *_choice_problems(asked),
        *settings_problems(asked.spec, asked.objects, asked.settings),
    ]


def _address_problems(asked: Asked, *, loopback: bool) -> Iterator[FieldProblem]:
    public = asked.settings.public_url
    problem = address_problem(public, loopback=loopback) if public else None
    if problem is not None:
        yield FieldProblem("/public_url", "address", problem)
    if not is_called(asked.spec):
        if asked.base_url:
            yield FieldProblem("/base_url", "unexpected", "must not be given: this provider is not called")
        return
    if not asked.base_url:
        yield FieldProblem("/base_url", "missing", "must be given for this provider")
        return
    problem = base_url_problem(asked.spec, asked.base_url, loopback=loopback)
    if problem is not None:
        yield FieldProblem("/base_url", "address", problem)


def _choice_problems(asked: Asked) -> Iterator[FieldProblem]:
    kinds = asked.spec.authentication.kinds or ("none",)
    if asked.credentials.kind not in kinds:
        yield FieldProblem("/credentials/kind", "unknown_kind", f"must be one of: {', '.join(kinds)}")
    for at, name in enumerate(asked.objects):
        if name not in asked.spec.objects:
            yield FieldProblem(f"/objects/{at}", "unknown_object", f"must be one of: {', '.join(asked.spec.objects)}")


def token_problems(asked: Asked, *, loopback: bool) -> Iterator[FieldProblem]:
    """Whether it is known where tokens are given, and that this may be called; asked of credentials as they come."""
    if asked.credentials.kind not in _GRANTS:
        return
    given = asked.credentials.parts.get("token_url")
    if given is not None:
        problem = address_problem(given, loopback=loopback)
        if problem is not None:
            yield FieldProblem("/credentials/token_url", "address", problem)
        return
    known = {**asked.spec.variables, **asked.settings.variables, **asked.credentials.parts, "base_url": asked.base_url}
    wanted = _NAMES.findall(asked.spec.authentication.token_url) or (
        [] if asked.spec.authentication.token_url else ["token_url"]
    )
    for name in wanted:
        if not known.get(name):
            place = "/credentials/token_url" if name == "token_url" else f"/variables/{name}"
            yield FieldProblem(place, "missing", "must be given: it says where tokens are given")


def settings_problems(spec: ConnectorSpec, objects: Iterable[ObjectName], settings: Settings) -> Iterator[FieldProblem]:
    """What in the settings does not go with the connector, or with the objects that are read."""
    if settings.signature and settings.signature not in spec.signatures:
        yield FieldProblem("/signature", "unknown_scheme", f"must be one of: {', '.join(spec.signatures)}")
    read = set(objects)
    for name, mapping in settings.mapping.items():
        if name not in read:
            yield FieldProblem(f"/field_mapping/{name}", "unknown_object", "is not read by this connection")
        if name != "account" and (mapping.attributes or mapping.metrics):
            place = f"/field_mapping/{name}/{'attributes' if mapping.attributes else 'metrics'}"
            yield FieldProblem(place, "accounts_only", "are kept for accounts alone")
        yield from own_mapping_problems(f"/field_mapping/{name}", name, mapping)
    account = spec.objects.get("account")
    if settings.write_back and (account is None or account.write is None):
        yield FieldProblem("/write_back", "unsupported", "this provider's records cannot be written to")


def secret_problems(signature: Signature, text: str, *, place: str) -> list[FieldProblem]:
    """What is wrong with a secret that the caller gives; its text is not repeated."""
    problem = secret_problem(signature, text)
    return [] if problem is None else [FieldProblem(place, "secret_form", problem)]


def usual_objects(spec: ConnectorSpec) -> tuple[ObjectName, ...]:
    """All objects that the connector knows, those that others refer to first."""
    return tuple(name for name in OBJECTS if name in spec.objects)
