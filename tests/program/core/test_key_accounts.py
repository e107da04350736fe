"""Which accounts are key."""

from uuid import UUID

from app.kernel.ids import AccountId
from app.program.core.key_accounts import key_tiers, tiers_in_force
from app.selection.service.tiers import Tiered

ONE, TWO, THREE, FOUR = (AccountId(UUID(int=at)) for at in range(1, 5))


def test_before_anybody_was_selected_those_are_key_that_scored_a_tier_or_were_given_one():
    tiers = {
        ONE: Tiered("tier_1", "computed"), TWO: Tiered("standard", "computed"), THREE: Tiered("emerging", "computed"),
        FOUR: Tiered("tier_2", "manual"),
    }  # fmt: skip
    assert key_tiers(tiers, "scored") == {ONE: "tier_1", FOUR: "tier_2"}
    assert key_tiers(tiers | {ONE: Tiered("standard", "manual")}, "scored") == {FOUR: "tier_2"}


def test_once_accounts_were_selected_a_computed_tier_makes_a_candidate():
    tiers = {
        ONE: Tiered("tier_1", "computed"), TWO: Tiered("tier_2", "decided"), THREE: Tiered("tier_3", "manual"),
        FOUR: Tiered("emerging", "decided"),
    }  # fmt: skip
    assert key_tiers(tiers, "chosen") == {TWO: "tier_2", THREE: "tier_3"}
    assert tiers_in_force(tiers, "chosen") == {TWO: "tier_2", THREE: "tier_3", FOUR: "emerging"}
