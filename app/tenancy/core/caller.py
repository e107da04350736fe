"""Who is calling, and what their key allows."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.errors import Forbidden
from app.kernel.ids import KeyId, TenantId, UserId
from app.tenancy.core.scopes import allows


class ScopeMissing(Forbidden):
    """The key lacks a scope."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that was shown, and the organization it belongs to.

    written: how far the database had written when the key was looked up; None where no replica is to be that far.
    """

    tenant_id: TenantId
    key_id: KeyId
    scopes: Sequence[str]
    user_id: UserId | None
    written: str | None = None

    @property
    def keys_within(self) -> str:
        """Within what an Idempotency-Key is known again: keys of one organization share theirs."""
        return ""

    def require(self, scope: str | None) -> None:
        """Raises ScopeMissing, naming the scope, unless the key has it."""
        if not allows(self.scopes, scope):
            raise ScopeMissing(f"this needs the scope {scope}")
