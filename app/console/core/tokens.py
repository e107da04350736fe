"""What a browser holds while somebody is signed in: how it is written, read back and compared."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from uuid import UUID

from app.kernel.ids import TenantId

SECRET_BYTES = 32
_TEXT_LENGTH = 86  # 64 bytes in base 64, without padding
_FORMS = b"forms of the console"


@dataclass(frozen=True, slots=True)
class SessionToken:
    """The organization, the session, and the secret that proves the rest."""

    tenant_id: TenantId
    session_id: UUID
    secret: bytes

    @property
    def text(self) -> str:
        """As the cookie holds it; to its bearer it is opaque."""
        whole = self.tenant_id.bytes + self.session_id.bytes + self.secret
        return urlsafe_b64encode(whole).rstrip(b"=").decode("ascii")

    @property
    def digest(self) -> bytes:
        """SHA-256 of the whole token, all that is kept of it; 32 random bytes need no slower hash."""
        return hashlib.sha256(self.text.encode("ascii")).digest()

    def matches(self, digest: bytes) -> bool:
        """Whether `digest` is this token's, in constant time."""
        return hmac.compare_digest(self.digest, digest)

    @property
    def form_token(self) -> str:
        """What every form of this session carries; the secret cannot be found from it."""
        return hmac.digest(self.secret, _FORMS, hashlib.sha256).hex()

    def signs(self, form_token: str) -> bool:
        """Whether a form comes from a page of this session, in constant time."""
        return hmac.compare_digest(self.form_token.encode(), form_token.encode("utf-8", "replace"))


def read(text: str | None) -> SessionToken | None:
    """The token that `text` is, or None when it cannot be one."""
    if text is None or len(text) != _TEXT_LENGTH or not text.isascii():
        return None
    try:
        whole = urlsafe_b64decode(text + "==")
    except (NotBase64, ValueError):
        return None
    if len(whole) != 32 + SECRET_BYTES:
        return None
    token = SessionToken(TenantId(UUID(bytes=whole[:16])), UUID(bytes=whole[16:32]), whole[32:])
    return token if hmac.compare_digest(token.text, text) else None
