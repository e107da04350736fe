"""Typed ids; new ones are UUIDv7, so that they sort by the time they were made."""

from typing import NewType
from uuid import UUID

from uuid_utils import uuid7

TenantId = NewType("TenantId", UUID)
AccountId = NewType("AccountId", UUID)
ModelId = NewType("ModelId", UUID)
RunId = NewType("RunId", UUID)
JobId = NewType("JobId", UUID)
UserId = NewType("UserId", UUID)
KeyId = NewType("KeyId", UUID)
ConnectionId = NewType("ConnectionId", UUID)
SyncId = NewType("SyncId", UUID)
EndpointId = NewType("EndpointId", UUID)
DeliveryId = NewType("DeliveryId", UUID)


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid7().int)


def new_ids(count: int) -> list[str]:
    """Fresh UUIDv7s as texts, for what goes to the database in bulk."""
    return [str(uuid7()) for _ in range(count)]
