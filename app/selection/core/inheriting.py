"""Decides whose place in the program holds where two accounts are merged."""

from collections.abc import Sequence
from typing import Any

from app.accounts.core.inheriting import Heir, Inherits, Legacy, Row
from app.selection.core.lifecycle import FIRST, IN_PROGRAM

WHAT = "standing"
REASON = "It stands for a merged account, and takes its place in the program"


def passes_on(lost: str | None, own: str | None) -> bool:
    """Whether the survivor takes the place of the account that is gone; states, None where one has never moved.

    It does where it has no place of its own, or one outside the program while the other is in it: a merge of records
    lets nobody out of the program that people chose. Of two places in the program its own stays.
    """
    if lost in {None, FIRST}:
        return False
    return own in {None, FIRST} or (lost in IN_PROGRAM and own not in IN_PROGRAM)


def _standing(lost: Sequence[Row], own: Sequence[Row], heir: Heir) -> Legacy:
    """The row of where an account stands: the survivor's is as that of the account that is gone, which keeps its."""
    here, there = _first(own), _first(lost)
    if there is None or not passes_on(there["state"], None if here is None else here["state"]):
        return Legacy(apart=there is not None and there["state"] != FIRST)
    since = there["since"] if here is None else max(here["since"], there["since"])
    return Legacy([{**there, "account_id": heir.account_id, "since": since}])


def _moves(lost: Sequence[Row], own: Sequence[Row], heir: Heir) -> Legacy:
    """The moves of an account: the survivor makes one, by which it stands there from the day of the merge on."""
    here, there = _last(own), _last(lost)
    if there is None or not passes_on(there["to_state"], None if here is None else here["to_state"]):
        return Legacy()
    move: dict[str, Any] = {
        **there,
        "account_id": heir.account_id,
        "from_state": FIRST if here is None else here["to_state"],
        "moved_on": max(heir.on, *(row["moved_on"] for row in (here, there) if row is not None)),
        "reason": REASON,
        "user_id": None,
        "key_id": None,
    }
    return Legacy(added=[move])


def _first(rows: Sequence[Row]) -> Row | None:
    return rows[0] if rows else None


def _last(rows: Sequence[Row]) -> Row | None:
    return max(rows, key=lambda row: row["id"], default=None)


STANDING = Inherits(WHAT, _standing)
MOVES = Inherits(WHAT, _moves)
