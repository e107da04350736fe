"""The use case of an endpoint's secrets: sealed where they are kept, opened where messages are signed."""

import secrets as chance
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.events.core import secrets as rules
from app.events.core.secrets import Secret
from app.events.queries import endpoints as queries
from app.infra.sealing import KeyRing
from app.kernel.ids import EndpointId, TenantId


def made() -> str:
    """A secret that nobody has had."""
    return rules.made_secret(chance.token_bytes(rules.SECRET_BYTES))


def sealed(keys: KeyRing, tenant_id: TenantId, endpoint_id: EndpointId, secrets: list[Secret]) -> bytes:
    """The secrets as an endpoint's row keeps them."""
    return queries.sealed(keys, tenant_id, endpoint_id, rules.secrets_document(secrets))


def kept(keys: KeyRing, row: Mapping[Any, Any]) -> list[Secret]:
    """The secrets of an endpoint's row (tenant_id, id, secrets), the present one first. Raises NotOpened."""
    return rules.secrets_from(queries.opened(keys, row))


def signing(keys: KeyRing, row: Mapping[Any, Any], now: datetime) -> list[str]:
    """The texts (`whsec_…`) that sign now, the present one first. Raises NotOpened."""
    return rules.good(kept(keys, row), now)
