"""Decides what the audit log keeps of a change: who made it, what it was about, and what of the request may be read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

import orjson

ActorKind = Literal["key", "guest", "worker", "command_line"]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
HIDDEN: Final = "***"
MAX_BYTES: Final = 8 * 1024
MAX_ENTRIES: Final = 20  # of a list, beyond which it is counted
MAX_NAMES: Final = 50  # of an object, likewise
MAX_TEXT: Final = 500
# Whatever is named so would let its reader in somewhere.
_SECRET = re.compile(r"secret|password|passphrase|credential|private_?key|api_?key|authorization|signature", re.ASCII)
# Names that speak of a token without being one.
_TOKEN = re.compile(r"token(?!_(?:url|header|header_name|parameters)$)", re.ASCII)
# What a URL carries behind the question mark, or before the host's name.
_LOADED_URL = re.compile(r"(?i)^(https?://)(?:[^/?#]*@)?([^?#]*)(?:[?#].*)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changed something. actor_id: the user that the key acts for, or the guest's invitation."""

    kind: ActorKind
    key_id: UUID | None = None
    actor_id: UUID | None = None


def kept(said: object) -> dict[str, Any] | None:
    """What is kept of a request's JSON body: at most MAX_BYTES, and nothing that would let its reader in.

    Secrets, by their names, and what a URL carries beside its address are replaced by `***`; lists beyond 20 entries
    and objects beyond 50 by `{"count": n}`; texts are cut to 500 characters. What is still too large is told by its
    names alone: `{"omitted": [...]}`. None where there was no JSON object.
    """
    if not isinstance(said, Mapping) or not said:
        return None
    if len(said) > MAX_NAMES:
        return {"count": len(said)}
    shown = {name: _shown(name, value) for name, value in said.items()}
    if len(orjson.dumps(shown)) <= MAX_BYTES:
        return shown
    return {"omitted": sorted(name[:100] for name in said)}


def is_secret(name: str) -> bool:
    """Whether what bears this name would let its reader in somewhere."""
    low = name.lower()
    return _SECRET.search(low) is not None or _TOKEN.search(low) is not None


def _shown(name: str, value: object) -> object:
    if value is not None and not isinstance(value, bool) and is_secret(name):
        return HIDDEN
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return (
            {"count": len(value)} if len(value) > MAX_NAMES else {key: _shown(key, each) for key, each in value.items()}
        )
    if isinstance(value, list):
        return {"count": len(value)} if len(value) > MAX_ENTRIES else [_shown(name, each) for each in value]
    return value


def unloaded(text: str) -> str:
    """A URL without what it carries beside its address, where `***` stands instead; any other text as it is."""
    found = _LOADED_URL.match(text)
    return text if found is None or text == found[1] + found[2] else f"{found[1]}{found[2]}?{HIDDEN}"


def _text(value: str) -> str:
    value = unloaded(value)
    return value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}…"


@dataclass(frozen=True, slots=True)
class About:
    """What a change was about. subject_id: what was made or changed; account_id: the account whose matter it is."""

    subject_id: UUID | None = None
    account_id: UUID | None = None


def about(path: Mapping[str, str], answer: object, *, made: bool, of_accounts: bool) -> About:
    """What a request changed, as far as its path and its answer tell.

    path: the path's parameters in their order. answer: the answer's JSON, None where there is none. made: whether it
    tells of something new (201). of_accounts: whether what it tells of is an account itself.
    The subject is what was made; else the last id of the path; else the answer's own id.
    """
    told = answer if isinstance(answer, Mapping) else {}
    own = as_id(told.get("id"))
    ids = [found for value in path.values() if (found := as_id(value)) is not None]
    subject = own if made and own is not None else _first([*reversed(ids), own])
    whose = [as_id(path.get("account_id")), as_id(told.get("account_id")), own if of_accounts else None]
    return About(subject, _first(whose))


def as_id(value: object) -> UUID | None:
    """The id that a text is, if it is one."""
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def _first(ids: Iterable[UUID | None]) -> UUID | None:
    return next((each for each in ids if each is not None), None)
