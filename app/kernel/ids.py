"""Typed ids; new ones are UUIDv7, so that they sort by the time they were made."""

from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

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
    return uuid7()
