"""Decides which accounts are key: those that people put into a tier, or, before they did so, those that scored one."""

from collections.abc import Mapping
from typing import Protocol

from app.kernel.ids import AccountId
from app.selection.core.model import RESERVED_TIERS


class _Tiered(Protocol):
    @property
    def tier(self) -> str: ...
    @property
    def basis(self) -> str: ...


def key_tiers(tiers: Mapping[AccountId, _Tiered]) -> dict[AccountId, str]:
    """The tier of each key account, by id.

    Accounts of the tiers `standard` and `emerging` are not key. As soon as people decided about any account, or set
    its tier by hand, a merely computed tier makes a candidate and no key account.
    """
    named = any(one.basis != "computed" for one in tiers.values())
    return {
        account_id: one.tier
        for account_id, one in sorted(tiers.items())
        if one.tier not in RESERVED_TIERS and not (named and one.basis == "computed")
    }
