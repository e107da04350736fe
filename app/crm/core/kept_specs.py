"""A custom connector as the JSON that is kept of it, and back; what it may say was checked when it came."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from app.crm.core.spec import ConnectorSpec

_NO_DATA = frozenset({"unwrap"})  # a function: only connectors that ship have one


def kept_spec(spec: ConnectorSpec) -> dict[str, Any]:
    """The connector as plain JSON, by the names of its parts; what is as it would be anyway is left out."""
    kept: dict[str, Any] = _kept(spec)
    return kept


def _kept(value: Any) -> Any:
    if is_dataclass(value):
        usual = _usual(cast("Hashable", type(value)))
        given = {each.name: getattr(value, each.name) for each in fields(value) if each.name not in _NO_DATA}
        return {name: _kept(part) for name, part in given.items() if part != usual.get(name, MISSING)}
    if isinstance(value, Mapping):
        return {name: _kept(part) for name, part in value.items()}
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_kept(part) for part in value]
    return value


@cache
def _usual(kind: Any) -> dict[str, Any]:
    plain = {each.name: each.default for each in fields(kind) if each.default is not MISSING}
    made = {each.name: each.default_factory() for each in fields(kind) if each.default_factory is not MISSING}
    return plain | made


def spec_kept_as(kept: Mapping[str, Any]) -> ConnectorSpec:
    """The way back of `kept_spec`: the same value. Raises TypeError where it is not a connector's."""
    spec: ConnectorSpec = _read(ConnectorSpec, kept)
    return spec


def _read(kind: Any, value: Any) -> Any:
    if value is None or kind is Any:
        return value
    if is_dataclass(kind):
        hints = _hints(cast("Hashable", kind))
        return kind(**{name: _read(hints[name], part) for name, part in value.items()})  # type: ignore[operator]  # a class
    if kind is bytes:
        return value.encode()
    return _read_many(get_origin(kind), get_args(kind), value)


def _read_many(origin: Any, arguments: tuple[Any, ...], value: Any) -> Any:
    if origin in {Union, UnionType}:
        return _read(next(each for each in arguments if each is not type(None)), value)
    if origin is Mapping:
        return {name: _read(arguments[1], part) for name, part in value.items()}
    if origin is Sequence:
        return tuple(_read(arguments[0], part) for part in value)
    if origin is tuple:
        return tuple(_read(each, part) for each, part in zip(arguments, value, strict=True))
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
