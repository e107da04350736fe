"""Keys that let their bearers in: how one is written, read back and compared; only its digest is ever kept."""

import hashlib
import hmac
import zlib
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PREFIX = "kap_live"
PUBLIC_ID_LENGTH = 8
SECRET_LENGTH = 43  # 32 bytes in base 62
CHECKSUM_LENGTH = 6


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its bearer holds it."""

    public_id: str
    text: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the whole key; 32 random bytes need no slower hash."""
        return hashlib.sha256(self.text.encode()).digest()

    def matches(self, digest: bytes) -> bool:
        """Whether `digest` is this key's, in constant time."""
        return hmac.compare_digest(self.digest, digest)


def made_from(random_bytes: bytes, prefix: str = PREFIX) -> ApiKey:
    """The key that 38 random bytes make: 6 for the public id, 32 for the secret.

    prefix: says what it opens, in two words; a key of one prefix is none of another.
    """
    if len(random_bytes) != 38:
        raise ValueError("a key needs 38 random bytes")
    public_id = _base62(random_bytes[:6], PUBLIC_ID_LENGTH)
    body = f"{prefix}_{public_id}_{_base62(random_bytes[6:], SECRET_LENGTH)}"
    return ApiKey(public_id, f"{body}_{_checksum(body)}")


def shown(authorization: str | None, prefix: str = PREFIX) -> ApiKey | None:
    """The key that an Authorization header shows as a bearer's, or None when it shows none of this prefix."""
    kind, _, text = (authorization or "").partition(" ")
    return read(text.strip(), prefix) if kind.lower() == "bearer" else None


def read(text: str, prefix: str = PREFIX) -> ApiKey | None:
    """The key that `text` is, or None when it cannot be one (a typing error shows in the checksum)."""
    body, _, checksum = text.rpartition("_")
    parts = body.split("_")
    well_formed = (
        len(parts) == 4
        and body.startswith(f"{prefix}_")
        and len(parts[2]) == PUBLIC_ID_LENGTH
        and len(parts[3]) == SECRET_LENGTH
        and text.isascii()
    )
    if not well_formed or _checksum(body) != checksum:
        return None
    return ApiKey(parts[2], text)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()).to_bytes(4, "big"), CHECKSUM_LENGTH)


def _base62(raw: bytes, length: int) -> str:
    number = int.from_bytes(raw, "big")
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
