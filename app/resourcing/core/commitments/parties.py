"""Who may do what about a commitment: those who answer for the resource, or those who asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.kernel.errors import Forbidden
from app.resourcing.core.commitments.states import Act

EXECUTIVE: Final = "executive"

# Who owns the resource answers and delivers. Who asked takes the request back, takes up a counter-offer and confirms:
# else a function could rid itself of a promise. That a promise is missed either may say.
OWNING: Final[frozenset[Act]] = frozenset({"accept", "decline", "counter", "schedule", "deliver", "miss"})
ASKING: Final[frozenset[Act]] = frozenset({"accept_counter", "withdraw", "confirm", "miss"})


class NotYourMove(Forbidden):
    """The function that owns the resource does it, or who asked for it."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose commitment it is: the function that owns the resource, and who of the account's side asks."""

    function: str
    requested_by: UUID | None
    kam: UUID | None


def check_party(act: Act, parties: Parties, user_id: UUID, function: str) -> None:
    """Raise NotYourMove unless somebody who speaks for `function` may do this.

    The owning function's people act for the resource; who requested it, and the account's KAM, for the account; people
    of the function `executive` for both.
    """
    owns = function in {parties.function, EXECUTIVE}
    asks = function == EXECUTIVE or user_id in {parties.requested_by, parties.kam}
    if (act in OWNING and owns) or (act in ASKING and asks):
        return
    raise NotYourMove(f"{act} is for {_named(act, parties.function)}, not for {function}")


def _named(act: Act, function: str) -> str:
    sides: Mapping[str, bool] = {
        f"people of {function} or executive": act in OWNING,
        "who asked for it, the account's KAM or executive": act in ASKING,
    }
    return "; or ".join(side for side, may in sides.items() if may)
