"""Seals what must not be read at rest: a ring of keys, of which the first seals and each opens."""

import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.infra.settings import Settings
from app.kernel.errors import Unavailable

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORM = 1  # the first byte of what is sealed, so that another form can be told from this one
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_HOW = "give `name:key`, where the key is 32 bytes in base64 (openssl rand -base64 32), more after commas"
_FILE = "sealing-keys"
_SETTING = "KAP_SEALING_KEYS"


class SealingKeysUnusable(Unavailable):
    """The keys that seal credentials are missing or cannot be used."""


class NotOpened(Unavailable):
    """Something sealed cannot be opened with the keys at hand."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by name (AES-256-GCM); what is sealed says by which, and opens only where it was sealed for.

    `about` tells what it is: organization, record, column. It is not kept in the sealed text, but has to be the same at
    opening, so that a text that is moved to another organization, record or column stays shut.
    """

    first: str
    keys: Mapping[str, AESGCM] = field(repr=False)

    def seal(self, plain: bytes, *about: str) -> bytes:
        """`plain` under the first key, with a nonce of its own."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self.keys[self.first].encrypt(nonce, plain, _associated(about, self.first))
        return bytes([_FORM, len(self.first)]) + self.first.encode() + nonce + sealed

    def open(self, sealed: bytes, *about: str) -> bytes:
        """What was sealed about the same; raises NotOpened, for whatever reason, without telling it."""
        name, rest = _taken_apart(sealed)
        key = self.keys.get(name)
        if key is None:
            raise NotOpened(f"{_SETTING} does not hold the key that it was sealed with")
        try:
            return key.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _associated(about, name))
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a nonce
            raise NotOpened("it was changed, moved, or sealed with another key of the same name") from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether it was sealed by the first key."""
        return _taken_apart(sealed)[0] == self.first


def _taken_apart(sealed: bytes) -> tuple[str, bytes]:
    if len(sealed) < 2 or sealed[0] != _FORM:
        raise NotOpened("it is not of the form that things are sealed in")
    end = 2 + sealed[1]
    return sealed[2:end].decode("ascii", "replace"), sealed[end:]


def _associated(about: tuple[str, ...], name: str) -> bytes:
    if not about or any("|" in part for part in about):
        raise ValueError("what is sealed is about something, told in parts without |")
    return "|".join((*about, name)).encode()


def ring_from(text: str, *, place: str = _SETTING) -> KeyRing:
    """The ring that a text tells, `name:base64` after another; raises SealingKeysUnusable, which names the `place`."""
    keys: dict[str, AESGCM] = {}
    for at, item in enumerate(re.split(r"[,\s]+", text.strip()), 1):
        name, colon, encoded = item.partition(":")
        if not colon or not _NAME.fullmatch(name):
            raise SealingKeysUnusable(f"{place}: key {at} has no name; {_HOW}")
        if name in keys:
            raise SealingKeysUnusable(f"{place}: two keys are named {name}")
        keys[name] = AESGCM(_key_of(encoded, f"{place}: key {at} ({name})"))
    return KeyRing(next(iter(keys)), keys)


def _key_of(encoded: str, which: str) -> bytes:
    try:
        key = b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except (NotBase64, ValueError):
        raise SealingKeysUnusable(f"{which} is not base64; {_HOW}") from None
    if len(key) != KEY_BYTES:
        raise SealingKeysUnusable(f"{which} has {len(key)} bytes instead of {KEY_BYTES}; {_HOW}")
    return key


def key_ring(settings: Settings) -> KeyRing:
    """The ring of a process: as set; with the embedded database else one of its own, which its first start makes.

    Raises SealingKeysUnusable where a database was given, but no keys: a key that is kept beside what it seals, or
    forgotten with the machine that made it, would be worth nothing.
    """
    if settings.sealing_keys is not None and settings.sealing_keys.strip():  # set to nothing is not set
        return ring_from(settings.sealing_keys)
    if settings.database_url is not None:
        raise SealingKeysUnusable(f"{_SETTING} is not set; {_HOW}")
    path = settings.data_dir / _FILE
    if not path.exists():
        _make(path)
    return ring_from(path.read_text(), place=str(path))


def _make(path: Path) -> None:
    """A ring of one new key, for the owner's eyes; whoever comes first makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    fresh.write_text(f"first:{b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n")
    try:
        path.hardlink_to(fresh)  # unlike renaming, it leaves alone what another process has made meanwhile
    except FileExistsError:
        return
    finally:
        fresh.unlink()
