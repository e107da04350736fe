"""Which accounts are key."""

from uuid import UUID

from app.kernel.ids import AccountId
from app.program.core.key_accounts import key_tiers
from app.selection.service.tiers import Tiered

ONE, TWO, THREE, FOUR = (AccountId(UUID(int=at)) for at in range(1, 5))


def test_before_anybody_decided_those_are_key_that_scored_a_tier():
    tiers = {
        ONE: Tiered("tier_1", "computed"), TWO: Tiered("standard", "computed"), THREE: Tiered("emerging", "computed"),
    }  # fmt: skip
    assert key_tiers(tiers) == {ONE: "tier_1"}


def test_once_people_decided_a_computed_tier_makes_a_candidate():
    tiers = {
        ONE: Tiered("tier_1", "computed"), TWO: Tiered("tier_2", "decided"), THREE: Tiered("tier_3", "manual"),
        FOUR: Tiered("standard", "manual"),
    }  # fmt: skip
    assert key_tiers(tiers) == {TWO: "tier_2", THREE: "tier_3"}
