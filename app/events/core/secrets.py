"""The secrets that an endpoint's messages are signed with: which of them sign now, and until when."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32  # of chance in a secret; the standard allows 24 to 64
MOST: Final = 5  # sign at once: each adds to a header that receivers bound


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """One secret, `whsec_` and base64; `until` is when it stops (not included), None for the present one."""

    text: str
    until: datetime | None = None


def made_secret(random: bytes) -> str:
    """The secret as its holder is shown it, from 32 random bytes. Source: Standard Webhooks, "Signature scheme"."""
    return PREFIX + b64encode(random).decode()


def good(secrets: Iterable[Secret], now: datetime) -> list[str]:
    """The texts of those that sign now (an aware time), the present one first."""
    return [secret.text for secret in secrets if secret.until is None or now < secret.until]


def rotated(secrets: Sequence[Secret], text: str, now: datetime, overlap: timedelta) -> list[Secret]:
    """`text` as the present one; those before it for as long as they have, but no longer than the overlap.

    Of many that are good at once the newest five stay, `text` included.
    """
    end = now + overlap
    before = [Secret(one.text, end if one.until is None else min(one.until, end)) for one in secrets]
    kept = [one for one in before if one.until is not None and now < one.until]
    return [Secret(text), *kept[: MOST - 1]]


def secrets_document(secrets: Iterable[Secret]) -> list[dict[str, Any]]:
    """The secrets as JSON."""
    return [{"text": one.text, "until": one.until and one.until.isoformat()} for one in secrets]


def secrets_from(document: Iterable[Mapping[str, Any]]) -> list[Secret]:
    """The way back of `secrets_document`."""
    return [Secret(one["text"], one["until"] and datetime.fromisoformat(one["until"])) for one in document]
