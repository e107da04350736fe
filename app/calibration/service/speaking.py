"""Who speaks in a calibration: the supplier by a key, or somebody of the customer by an invitation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.calibration.core.parties import Party
from app.kernel.ids import KeyId, TenantId, UserId
from app.tenancy.core.caller import Caller


@dataclass(frozen=True, slots=True)
class Speaker:
    """A party's voice: which side, and by whom."""

    tenant_id: TenantId
    party: Party
    user_id: UserId | None = None
    function: str | None = None  # that the user speaks for
    invitation_id: UUID | None = None
    key_id: KeyId | None = None

    def said(self) -> dict[str, Any]:
        """The columns that say who said it, where both parties may speak; see `tables.speakers.said_by`."""
        return {"party": self.party, "invitation_id": self.invitation_id, **self.ours()}

    def ours(self) -> dict[str, Any]:
        """The columns that say who said it, where the supplier alone speaks."""
        return {"user_id": self.user_id, "key_id": self.key_id}


async def supplier(connection: AsyncConnection, caller: Caller, user_id: UserId | None) -> Speaker:
    """The supplier's voice: by the key's own person, or the one that is named; raises what `people.speaker` does."""
    person = await people.speaker(connection, caller, user_id)
    return Speaker(caller.tenant_id, "supplier", person.id, person.function, key_id=caller.key_id)
