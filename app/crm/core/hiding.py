"""Decides what of a delivery's body is not kept: what would let whoever reads it in."""

import re
from collections.abc import Sequence

from app.crm.core.spec import Signature

HIDDEN = b"***"
# A session of the CRM's API, which an outbound message may bring along.
_SESSION = re.compile(rb"(<(?:\w+:)?SessionId\b[^>]*>)[^<]+")


def kept_body(signature: Signature, secrets: Sequence[str], body: bytes) -> bytes:
    """The body as it may be kept: as it came, but for the secret that a sender shows in it, and for session ids.

    secrets: those that the connection takes, of which a body holds one where `signature.place` is `body`.
    """
    if signature.place == "body":
        for secret in filter(None, secrets):
            body = body.replace(secret.encode(), HIDDEN)
    return _SESSION.sub(rb"\1" + HIDDEN, body) if b"SessionId" in body else body
