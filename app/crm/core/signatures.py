"""Decides whether a delivery comes from whom it says, by the rules that a connector states as data."""

import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import orjson

from app.crm.core.delivery import Delivery
from app.crm.core.paths import at
from app.crm.core.spec import Signature
from app.kernel.errors import Unauthenticated

# A sender in the middle of a change of secrets shows two or three; a list that goes on is an attempt at guessing.
MOST_LISTED = 20
_SLOT = re.compile(r"\{(\w+)\}")
_PLAIN_ALPHABET = str.maketrans("-_", "+/")
_MOMENT = re.compile(r"[0-9]{1,15}")


class UntrustedDelivery(Unauthenticated):
    """The delivery is not trusted."""


class _Shown(NamedTuple):
    """What a delivery shows to be trusted: what may be the proof, and the time that goes with it."""

    proofs: Sequence[bytes]
    timestamp: str | None


def verify(signature: Signature, secrets: Sequence[str], delivery: Delivery, public_uri: str, now: datetime) -> None:
    """Return if one of `secrets` vouches for the delivery as it stood on the wire.

    secrets: one, or two while the old one overlaps; any that fits is enough, one that is empty or is not what
    `signature.key` says never fits. For HTTP Basic a secret is `user:password`. public_uri: the whole address, query
    included, that the sender was given. now: aware. Header values are expected as Latin-1 text, as ASGI has them.
    A timestamp may be exactly `older_seconds` old or `newer_seconds` ahead. A header that is sent twice shows nothing.
    Raises UntrustedDelivery, always the same, for whatever is wrong; proofs are compared in constant time.
    """
    verifier(signature)(secrets, delivery, public_uri, now)


Verify = Callable[[Sequence[str], Delivery, str, datetime], None]


def verifier(signature: Signature) -> Verify:
    """`verify` by one signature's rules, for who asks often: what the rules say is worked out once."""
    timed = bool(signature.timestamp or signature.timestamp_list_key)
    signed = _signed(signature) if signature.algorithm != "equals" else None
    plain = signature.place == "header" and not (signature.listed or signature.list_key)

    def trusted(secrets: Sequence[str], delivery: Delivery, public_uri: str, now: datetime) -> bool:
        shown = _shown_plainly(signature, delivery) if plain else _shown(signature, delivery)
        if timed and not _timely(signature, shown.timestamp, now):
            return False
        parts = signed(delivery, public_uri, shown.timestamp) if signed else ()
        fits = False
        for secret in secrets:
            expected = _expected(signature, secret, parts)
            for proof in shown.proofs:
                # Nothing ends early: how long it takes must not tell which secret or which proof came close.
                fits |= bool(expected) and hmac.compare_digest(proof, expected)
        return fits

    def verify(secrets: Sequence[str], delivery: Delivery, public_uri: str, now: datetime) -> None:
        try:
            fits = trusted(secrets, delivery, public_uri, now)
        except (ValueError, LookupError):
            fits = False
        if not fits:
            raise UntrustedDelivery("the delivery is not trusted")

    return verify


def _shown_plainly(signature: Signature, delivery: Delivery) -> _Shown:
    """`_shown` where it is the one text of a header."""
    entry = delivery.header(signature.name)
    if not entry:
        raise ValueError
    timestamp = delivery.header(signature.timestamp) if signature.timestamp else None
    return _Shown(tuple(_proofs(signature, (entry,))), timestamp)


def _shown(signature: Signature, delivery: Delivery) -> _Shown:
    entries = [_place(signature, delivery)]
    timestamp = delivery.header(signature.timestamp) if signature.timestamp else None
    if signature.listed or signature.list_key:
        entries = [entry.strip() for entry in entries[0].split(signature.separator)]
        if len(entries) > MOST_LISTED:
            raise ValueError
    if signature.list_key:
        pairs = [(name, value) for name, _, value in (entry.partition("=") for entry in entries)]
        entries = [value for name, value in pairs if name == signature.list_key]
        if signature.timestamp_list_key:
            (timestamp,) = [value for name, value in pairs if name == signature.timestamp_list_key]
    return _Shown(tuple(_proofs(signature, entries)), timestamp)


def _place(signature: Signature, delivery: Delivery) -> str:
    """What stands in the place where the proof is shown. Raises ValueError where there is nothing."""
    found: object = None
    match signature.place:
        case "header":
            found = delivery.header(signature.name)
        case "query":
            (found,) = delivery.query[signature.name]
        case "path":
            found = delivery.secret_part
        case "basic":
            found = _basic(delivery)
        case "body":
            found = at(orjson.loads(delivery.body), signature.name)
    if not isinstance(found, str) or not found:
        raise ValueError
    return found


def _basic(delivery: Delivery) -> str:
    scheme, _, credentials = (delivery.header("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        raise ValueError
    return binascii.a2b_base64(credentials.strip(), strict_mode=True).decode()


def _proofs(signature: Signature, entries: Iterable[str]) -> Iterable[bytes]:
    """The proofs among the entries; an entry of another version, or one that cannot be read, is not one."""
    for entry in entries:
        if signature.prefix and entry[: len(signature.prefix)].lower() != signature.prefix.lower():
            continue
        try:
            yield _proof(signature, entry[len(signature.prefix) :])
        except ValueError:
            continue


def _proof(signature: Signature, text: str) -> bytes:
    if signature.algorithm == "equals":
        return text.encode("latin-1" if signature.place == "header" else "utf-8")
    match signature.encoding:
        case "hex":
            return binascii.unhexlify(text)
        case "base64":
            return _from_base64(text)
        case "text":
            raise ValueError  # a digest is bytes, and no header holds those


def _from_base64(text: str) -> bytes:
    """Base64 of either alphabet, padded or not."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        plain = text.rstrip("=").translate(_PLAIN_ALPHABET)
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)


def _timely(signature: Signature, timestamp: str | None, now: datetime) -> bool:
    if timestamp is None or not _MOMENT.fullmatch(timestamp):
        return False
    sent = int(timestamp) if signature.timestamp_unit == "s" else int(timestamp) / 1000
    return -signature.newer_seconds <= now.timestamp() - sent <= signature.older_seconds


# A part of what is signed; of None is the secret, which belongs to nobody's delivery.
_Parts = Sequence[bytes | None]


def _signed(signature: Signature) -> Callable[[Delivery, str, str | None], _Parts]:
    """What is signed, in its pieces, of a delivery to a public address; it raises ValueError where one is not there.

    Braces in a body are not slots.
    """
    # Text and the name of a slot in turn.
    pieces = [(place % 2, piece) for place, piece in enumerate(_SLOT.split(signature.signs)) if piece]
    fixed = [None if is_slot else piece.encode() for is_slot, piece in pieces]
    slots = [
        (place, _slot(piece, signature))
        for place, (is_slot, piece) in enumerate(pieces)
        if is_slot and piece != "secret"
    ]

    def parts(delivery: Delivery, public_uri: str, timestamp: str | None) -> _Parts:
        filled = fixed.copy()
        for place, slot in slots:
            filled[place] = slot(delivery, public_uri, timestamp)
        return filled

    return parts


_Slot = Callable[[Delivery, str, str | None], bytes]


def _slot(name: str, signature: Signature) -> _Slot:
    """What stands in one slot of what `signs` may be made of; the address is nearly always the same."""
    if name == "uri":
        decoded = lru_cache(maxsize=16)(lambda uri: _decoded(uri, signature.decode_uri).encode())
        return lambda _delivery, uri, _timestamp: decoded(uri)
    if name == "id":
        return lambda delivery, _uri, _timestamp: _there(delivery.header(signature.id) if signature.id else None)
    return _SLOTS.get(name, lambda *_: _there(None))


_SLOTS: Mapping[str, _Slot] = {
    "body": lambda delivery, _uri, _timestamp: delivery.body,
    "method": lambda delivery, _uri, _timestamp: delivery.method.encode(),
    # Of the public address as well: what stands before us may have shortened the one on the wire.
    "path": lambda delivery, uri, _timestamp: (urlsplit(uri).path or delivery.path).encode(),
    "timestamp": lambda _delivery, _uri, timestamp: _there(timestamp),
}


def _there(told: str | None) -> bytes:
    if told is None:
        raise ValueError
    return told.encode("latin-1")


def _decoded(uri: str, escapes: Sequence[str]) -> str:
    """`uri` with these escapes (`%3A`) undone, once: what comes of it is not read again."""
    if not escapes or "%" not in uri:
        return uri
    return re.sub("|".join(map(re.escape, escapes)), lambda found: unquote(found[0]), uri, flags=re.IGNORECASE)


def _expected(signature: Signature, secret: str, parts: _Parts) -> bytes:
    """What a trusted delivery shows; empty where this secret cannot say."""
    try:
        if signature.algorithm == "equals":
            return secret.encode()
        if not (key := _key(signature, secret)):
            return b""
    except ValueError:
        return b""
    signed = b"".join([secret.encode() if part is None else part for part in parts])
    if signature.algorithm == "sha256":
        return hashlib.sha256(signed).digest()
    return hmac.digest(key, signed, "sha256")


def _key(signature: Signature, secret: str) -> bytes:
    match signature.key:
        case "text":
            return secret.encode()
        case "hex":
            return binascii.unhexlify(secret.removeprefix(signature.key_prefix))
        case "base64":
            return _from_base64(secret.removeprefix(signature.key_prefix))
