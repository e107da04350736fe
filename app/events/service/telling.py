"""Gives events out and calls up those who send them: one giving-out an organization at a time, however many ask."""

from dataclasses import dataclass, field

from app.events.service.fanning_out import fan_out
from app.events.service.sending import Sender
from app.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class Telling:
    """What this process gives out; who asks while an organization's events are given out has it go round again."""

    sender: Sender
    again: dict[TenantId, bool] = field(default_factory=dict)

    async def give_out(self, tenant_id: TenantId) -> None:
        """Give out what an organization has recorded, and have it sent."""
        if tenant_id in self.again:
            self.again[tenant_id] = True
            return
        self.again[tenant_id] = True
        try:
            while self.again[tenant_id]:
                self.again[tenant_id] = False
                due = await fan_out(self.sender.database, tenant_id)
                await self.sender.call_up(tenant_id, due)
        finally:
            del self.again[tenant_id]
