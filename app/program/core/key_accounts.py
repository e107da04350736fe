"""Decides which accounts are key: those that people chose, or, before they chose any, those that scored a tier."""

from collections.abc import Mapping
from typing import Literal, Protocol

from app.kernel.ids import AccountId
from app.selection.core.model import RESERVED_TIERS

KeyBasis = Literal["chosen", "scored"]
# The rule in one sentence, for whoever shows figures over key accounts.
RULE = (
    "Key are the accounts that were selected for the program or given a tier by hand; as long as none was ever"
    " selected, also those whose newest score has a tier. `standard` and `emerging` are no tiers of key accounts."
)


class _Tiered(Protocol):
    @property
    def tier(self) -> str: ...
    @property
    def basis(self) -> str: ...


def tiers_in_force(tiers: Mapping[AccountId, _Tiered], basis: KeyBasis) -> dict[AccountId, str]:
    """The tier that each account is treated by; accounts that have none are left out.

    tiers: what each account's tier rests on. basis: `chosen` as soon as any account was ever selected for the program,
    by whatever became of it since: a merely computed tier then makes a candidate. Until then a tier by hand is a word
    on its own account, and leaves the computed tiers of all others as they are.
    """
    return {
        account_id: one.tier
        for account_id, one in sorted(tiers.items())
        if basis == "scored" or one.basis != "computed"
    }


def key_tiers(tiers: Mapping[AccountId, _Tiered], basis: KeyBasis) -> dict[AccountId, str]:
    """The tier of each key account, by id; see RULE."""
    return {account_id: tier for account_id, tier in tiers_in_force(tiers, basis).items() if tier not in RESERVED_TIERS}
