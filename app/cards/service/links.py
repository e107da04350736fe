"""Links that open one account's page without a key: sealed, for a short while, and by whose right."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson

from app.infra.sealing import KeyRing, NotOpened
from app.kernel.errors import NotFound
from app.kernel.ids import AccountId, TenantId

PLACE = "/console/framed/"
_ABOUT = "card-link"
_LONGEST = 1_000


class LinkNotValid(NotFound):
    """The link is not valid, or its time is over."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens. by_key: whose right it is, and lasts as long as the key; None: a connection's CRM."""

    tenant_id: TenantId
    account_id: AccountId
    by_key: UUID | None
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        return self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and opens them; made once in a process."""

    keys: KeyRing
    public_url: str

    def made(self, link: Link) -> str:
        """The address; below the service's public address where there is one."""
        told = {
            "t": link.tenant_id.hex,
            "a": link.account_id.hex,
            "k": None if link.by_key is None else link.by_key.hex,
            "e": int(link.expires_at.timestamp()),
        }
        token = urlsafe_b64encode(self.keys.seal(orjson.dumps(told), _ABOUT)).rstrip(b"=").decode()
        return f"{self.public_url.rstrip('/')}{PLACE}{token}"

    def opened(self, token: str) -> Link:
        """What a token opens, be its time over or not; raises LinkNotValid, whatever else is wrong with it."""
        try:
            told = orjson.loads(self.keys.open(_bytes(token), _ABOUT))
        except (ValueError, NotBase64, NotOpened) as error:
            raise LinkNotValid("ask for a new one") from error
        by_key = None if told["k"] is None else UUID(told["k"])
        return Link(
            TenantId(UUID(told["t"])), AccountId(UUID(told["a"])), by_key, datetime.fromtimestamp(told["e"], UTC)
        )


def _bytes(token: str) -> bytes:
    if len(token) > _LONGEST:
        raise ValueError
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


def ends_after(now: datetime, seconds: int) -> datetime:
    """When a link that is made now ends, to the second."""
    return (now + timedelta(seconds=seconds)).replace(microsecond=0)
