"""Who looks at a page."""

from dataclasses import dataclass

from app.console.core.tokens import SessionToken
from app.tenancy.core.caller import Caller
from app.tenancy.core.scopes import allows


@dataclass(frozen=True, slots=True)
class Visit:
    """The key that somebody signed in with, and the organization that it belongs to."""

    caller: Caller
    token: SessionToken
    organization: str
    simulated: bool
    key_name: str

    def may(self, *scopes: str) -> bool:
        """Whether the key has all of these scopes."""
        return all(allows(self.caller.scopes, scope) for scope in scopes)
