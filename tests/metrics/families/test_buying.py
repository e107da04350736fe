"""Worked examples of what, where and how an account buys."""

import pytest

from app.metrics.core.deal_sums import WORD_OFFERINGS
from tests.metrics.ground import AS_OF, ago, morning


async def test_breadth_is_the_share_of_the_active_catalogue_that_was_ever_won(world):
    account, prospect = world.account(), world.account()
    kept, other, gone, coming = (
        world.offering(),
        world.offering(active_from=AS_OF),
        world.offering(active_to=ago(1)),
        world.offering(active_from=AS_OF.replace(year=2018)),
    )
    for offering in (kept, kept, gone):
        world.won(account, None, ago(2000), offering_id=offering)
    world.lost(account, "1", ago(5), offering_id=other)
    world.deal(account, "1", offering_id=coming)
    world.deal(prospect, "1")

    assert await world.value(account, "offerings_bought") == 2
    assert await world.value(account, "offering_breadth") == 0.5
    assert await world.value(account, "cross_sell_potential") == 0.5
    assert await world.value(prospect, "cross_sell_potential") == 1
    # The day before, the one that went was still there and the other was not yet.
    assert await world.value(account, "offering_breadth", as_of=ago(1)) == 1


async def test_breadth_counts_every_offering_of_a_large_catalogue(world):
    account, other = world.account(), world.account()
    offerings = sorted(world.offering() for _ in range(WORD_OFFERINGS + 8))
    # Of the first and the last of what fits into a number, of the next, and of one that comes twice.
    for offering in (*offerings[:: WORD_OFFERINGS - 1], *offerings[WORD_OFFERINGS : WORD_OFFERINGS + 2], offerings[0]):
        world.won(account, "1", ago(9), offering_id=offering)
    world.won(other, "1", ago(9), offering_id=offerings[-1])

    assert await world.value(account, "offerings_bought") == 4
    assert await world.value(other, "offerings_bought") == 1
    assert await world.value(account, "offering_breadth") == 4 / len(offerings)
    assert await world.value(account, "revenue_ltm") == 5


async def test_breadth_is_unknown_without_catalogue_or_named_offerings(world):
    account = world.account()
    world.won(account, "1", ago(1))
    assert await world.value(account, "cross_sell_potential") is None
    assert await world.value(account, "offerings_bought") is None

    world.offering()
    assert await world.value(account, "cross_sell_potential") is None

    world.deal(account, "1", offering_id=world.offering(active_to=ago(1)))
    assert await world.value(account, "cross_sell_potential") == 1
    assert await world.value(account, "offerings_bought") == 0


async def test_concentration_is_the_sum_of_squared_shares(world):
    account = world.account()
    one, two = world.offering(), world.offering()
    north, south = world.buying_center(account), world.buying_center(account)
    anna = world.contact(account)
    world.won(account, "60", ago(1), offering_id=one, buying_center_id=north, primary_contact_id=anna)
    world.won(account, "20", ago(2), offering_id=one, buying_center_id=south)
    world.won(account, "20", ago(3), offering_id=two)
    world.won(account, "500", ago(365), offering_id=two, buying_center_id=north, primary_contact_id=anna)

    assert await world.value(account, "concentration_offering") == pytest.approx(0.8**2 + 0.2**2)
    assert await world.value(account, "concentration_buying_center") == pytest.approx(0.75**2 + 0.25**2)
    assert await world.value(account, "concentration_decision_maker") == 1
    assert await world.value(account, "buying_centers_active") == 2


async def test_concentration_is_unknown_where_no_deal_names_its_part(world):
    account = world.account()
    world.won(account, "60", ago(1))

    assert await world.value(account, "concentration_offering") is None
    assert await world.value(account, "concentration_decision_maker") is None
    assert await world.value(account, "buying_centers_active") is None


async def test_the_largest_contact_share_is_that_of_the_contact_with_most_revenue(world):
    account, unnamed = world.account(), world.account()
    anna, ben = world.contact(account), world.contact(account)
    for amount in ("40", "20"):
        world.won(account, amount, ago(1), primary_contact_id=anna)
    world.won(account, "40", ago(2), primary_contact_id=ben)
    world.won(account, "900", ago(3))
    world.won(account, "900", ago(365), primary_contact_id=ben)
    world.lost(account, "900", ago(3), primary_contact_id=ben)
    world.won(unnamed, "900", ago(3))

    assert await world.value(account, "largest_contact_share") == pytest.approx(0.6)
    assert await world.value(account, "largest_contact_share", as_of=ago(2)) == 1
    assert await world.value(unnamed, "largest_contact_share") is None


async def test_new_buying_centers_won_for_the_first_time_in_the_quarter(world):
    account, other = world.account(), world.account()
    old, new, edge, outside, lost = (world.buying_center(account) for _ in range(5))
    world.won(account, "1", ago(400), buying_center_id=old)
    world.won(account, "1", ago(5), buying_center_id=old)
    for days in (30, 2):
        world.won(account, "1", ago(days), buying_center_id=new)
    world.won(account, None, ago(89), buying_center_id=edge)
    world.won(account, "1", ago(90), buying_center_id=outside)
    world.lost(account, "1", ago(9), buying_center_id=lost)
    world.won(account, "1", ago(9))
    world.deal(other, "1")

    assert await world.value(account, "buying_centers_new") == 2
    assert await world.value(account, "buying_centers_new", as_of=ago(31)) == 2
    assert await world.value(account, "buying_centers_new", as_of=ago(500)) is None
    assert await world.value(other, "buying_centers_new") == 0


async def test_cycle_days_is_the_median_from_creation_to_close(world):
    account = world.account()
    for length in (10, 20, 70, 90):
        world.won(account, None, ago(5), created_on=ago(5 + length))
    world.won(account, None, ago(5), created_on=None, since=ago(400))
    world.lost(account, None, ago(5), created_on=ago(1005))
    world.won(account, None, ago(365), created_on=ago(2000))

    assert await world.value(account, "cycle_days") == 45


async def test_offerings_proposed_new_are_those_not_won_before_the_deal_was_created(world):
    account = world.account()
    old, fresh, later, outside = (world.offering() for _ in range(4))
    world.won(account, None, ago(500), offering_id=old)
    world.deal(account, offering_id=old, created_on=ago(3))
    world.deal(account, offering_id=fresh, created_on=ago(89))
    world.deal(account, offering_id=fresh, created_on=ago(2))
    world.won(account, None, ago(1), offering_id=later, created_on=ago(20))
    world.deal(account, offering_id=outside, created_on=ago(90))

    found = await world.measured("offerings_proposed_new", accounts=[account])

    assert found.value("offerings_proposed_new", 0) == 2
    assert found.facts["offerings_proposed_new"][0] == 3
    assert found.latest_on("offerings_proposed_new", 0) == ago(2)


async def test_proposals_new_are_deals_that_entered_a_proposal_stage_and_proposal_engagements(world):
    account, other = world.account(), world.account()
    stages = [
        (ago(60), {"stage": "Proposal", "stage_entered_at": morning(ago(60)), "status": "open", "closed_on": None}),
        (ago(20), {"stage": "Closed", "stage_entered_at": morning(ago(20)), "status": "won", "closed_on": ago(20)}),
    ]
    world.states("opportunities", stages, account_id=account, created_on=ago(100))
    world.deal(account, stage="Quote", stage_entered_at=morning(ago(89)), created_on=ago(200))
    world.deal(account, stage="Quote", stage_entered_at=morning(ago(90)), created_on=ago(200))
    world.deal(account, stage="Prospecting", stage_entered_at=morning(ago(5)))
    world.engagement(account, ago(89), kind="proposal")
    world.engagement(account, ago(90), kind="proposal")

    assert await world.value(account, "proposals_new") == 3
    assert await world.value(other, "proposals_new") == 0
    assert await world.value(account, "proposals_new", as_of=ago(61)) == 4


async def test_proposals_are_unknown_where_none_were_ever_recorded(world):
    account = world.account()
    world.deal(account, stage="Prospecting")
    world.engagement(account, ago(3), kind="call")

    assert await world.value(account, "proposals_new") is None


async def test_sole_source_share_weighs_flagged_open_and_won_deals(world):
    account = world.account()
    world.deal(account, "100", sole_sourced=True)
    world.won(account, "200", ago(364), sole_sourced=True)
    world.won(account, "100", ago(1), sole_sourced=False)
    world.won(account, "999", ago(365), sole_sourced=True)
    world.lost(account, "999", ago(1), sole_sourced=True)
    world.deal(account, "999")
    world.deal(account, None, sole_sourced=False)

    assert await world.value(account, "sole_source_share") == 0.75


async def test_sole_source_share_is_0_when_every_flag_says_no_and_unknown_without_flags(world):
    none, unknown = world.account(), world.account()
    world.deal(none, "100", sole_sourced=False)
    world.deal(unknown, "100")

    assert await world.value(none, "sole_source_share") == 0
    assert await world.value(unknown, "sole_source_share") is None


async def test_competitor_footholds_are_buying_centers_with_a_rival_open_or_lost(world):
    account, clean = world.account(), world.account()
    north, south, west = (world.buying_center(account) for _ in range(3))
    world.deal(account, buying_center_id=north, competitor="Rival")
    world.lost(account, None, ago(364), buying_center_id=north, competitor="Rival")
    world.lost(account, None, ago(364), buying_center_id=south, competitor="Other")
    world.lost(account, None, ago(365), buying_center_id=west, competitor="Other")
    world.won(account, None, ago(1), buying_center_id=west, competitor="Other")
    world.deal(account, competitor="Rival")
    world.deal(clean, "1")

    assert await world.value(account, "competitor_footholds") == 3
    assert await world.value(clean, "competitor_footholds") == 0


async def test_footholds_are_unknown_where_competitors_are_not_recorded(world):
    account = world.account()
    world.deal(account, "1")

    assert await world.value(account, "competitor_footholds") is None


async def test_gross_retention_is_what_came_again_where_it_was(world):
    account = world.account()
    north, south = world.buying_center(account), world.buying_center(account)
    one, two = world.offering(), world.offering()
    world.won(account, "100", ago(400), buying_center_id=north, offering_id=one)
    world.won(account, "60", ago(10), buying_center_id=north, offering_id=one)  # continuation
    world.won(account, "500", ago(10), buying_center_id=north, offering_id=two)  # cross-sell
    world.won(account, "500", ago(9), buying_center_id=north, offering_id=two)  # its repetition within the year
    world.won(account, "500", ago(10), buying_center_id=south, offering_id=one)  # expansion

    assert await world.value(account, "gross_retention") == 0.6
    assert await world.value(account, "net_retention") == 15.6


async def test_gross_retention_is_capped_at_1_and_is_0_when_nothing_came_again(world):
    grown, left, new = world.account(), world.account(), world.account()
    world.won(grown, "10", ago(400))
    world.won(grown, "70", ago(4))
    world.won(left, "10", ago(400))
    world.won(new, "10", ago(4))

    assert await world.value(grown, "gross_retention") == 1
    assert await world.value(left, "gross_retention") == 0
    assert await world.value(new, "gross_retention") is None
