"""The secrets that a connection's deliveries show: which of them are good, until when, what a new one is like."""

from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.crm.core.spec import ConnectorSpec, Signature

SECRET_BYTES = 32
STANDARD_PREFIX = "whsec_"
_USER = "kap"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """One secret; `until` is when it stops (not included), None for the present one."""

    text: str
    until: datetime | None = None


def good(secrets: Iterable[Secret], now: datetime) -> list[str]:
    """The texts of those that may be shown now, the present one first; none where none was settled yet."""
    return [secret.text for secret in secrets if secret.until is None or now < secret.until]


def rotated(secrets: Sequence[Secret], text: str, now: datetime, overlap: timedelta) -> list[Secret]:
    """`text` as the present one, and those before it for as long as they have, but no longer than the overlap."""
    end = now + overlap
    before = [
        Secret(one.text, end if one.until is None else min(one.until, end)) for one in secrets if one.text != text
    ]
    return [Secret(text), *(one for one in before if one.until is not None and now < one.until)]


def secrets_document(secrets: Iterable[Secret]) -> list[dict[str, Any]]:
    """The secrets as JSON."""
    return [{"text": one.text, "until": one.until and one.until.isoformat()} for one in secrets]


def secrets_from(document: Iterable[Mapping[str, Any]]) -> list[Secret]:
    """The way back of `secrets_document`."""
    return [Secret(one["text"], one["until"] and datetime.fromisoformat(one["until"])) for one in document]


def takes_ours(spec: ConnectorSpec, signature: Signature) -> bool:
    """Whether we may make the secret: it is simply shown to us, or bears the prefix of Standard Webhooks.

    A custom connector's sender may take one too; a CRM that ships and signs has a secret of its own (a client secret).
    """
    return spec.provider == "custom" or signature.algorithm == "equals" or signature.key_prefix == STANDARD_PREFIX


def made_secret(signature: Signature, random: bytes) -> str:
    """A secret of the form that the scheme asks for, from 32 random bytes."""
    if signature.place == "basic":
        return f"{_USER}:{_plain(random)}"
    if signature.key == "base64":
        return signature.key_prefix + b64encode(random).decode()
    if signature.key == "hex":
        return signature.key_prefix + random.hex()
    return signature.key_prefix + _plain(random)


def _plain(random: bytes) -> str:
    return urlsafe_b64encode(random).decode().rstrip("=")


def secret_problem(signature: Signature, text: str) -> str | None:
    """Why the text cannot be a secret of the scheme; None where it can."""
    if signature.place == "basic" and ":" not in text:
        return "must be user:password"
    try:
        _key_bytes(signature, text)
    except (NotBase64, ValueError):
        return f"must be {signature.key}" + (f" after {signature.key_prefix}" if signature.key_prefix else "")
    return None


def _key_bytes(signature: Signature, text: str) -> bytes:
    bare = text.removeprefix(signature.key_prefix)
    if signature.key == "hex":
        return bytes.fromhex(bare)
    if signature.key == "base64":
        return b64decode(bare, validate=True)
    return bare.encode()
