"""What can be asked of metrics, in how many statements, and of whose facts."""

import numpy as np
import pytest
from sqlalchemy import event

from app.kernel.ids import AccountId, new_id
from app.metrics import service
from app.metrics.core.registry import UnknownMetric
from app.tenancy import service as tenancy
from tests.metrics import random_worlds
from tests.metrics.ground import AS_OF, ago, founded

DEFAULT_MODEL = (
    "willingness_to_partner", "goal_fit", "relationship_depth", "procurement_disposition", "strategic_importance",
    "collaboration_breadth", "win_rate", "future_spend", "cross_sell_potential", "customer_growth_outlook",
    "market_leadership", "switching_cost", "revenue_trend", "revenue_ltm",
)  # fmt: skip


class Statements:
    """How many statements a piece of work sends."""

    def __init__(self, database):
        self.engine = database.engine.sync_engine
        self.count = 0

    def _sent(self, *_):
        self.count += 1

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._sent)
        return self

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self._sent)


async def statements_for(world, *keys):
    with Statements(world.database) as sent:
        await world.measured(*keys)
    return sent.count


async def test_statements_do_not_grow_with_accounts(measuring):
    small, large = await founded(measuring), await founded(measuring)
    random_worlds.filled(small, 1, accounts=2, deals=60)
    random_worlds.filled(large, 1, accounts=60, deals=600)
    for world in (small, large):
        await world.save()

    assert await statements_for(small) == await statements_for(large) <= 35
    assert await statements_for(small, *DEFAULT_MODEL) == await statements_for(large, *DEFAULT_MODEL) <= 15


async def test_only_the_families_that_are_asked_for_are_read(world):
    world.account()
    await world.save()

    assert await statements_for(world, "nps") < await statements_for(world, "nps", "advocacy")


async def test_an_unknown_metric_is_refused_by_name(world):
    with pytest.raises(UnknownMetric, match="charisma"):
        await world.measured("revenue_ltm", "charisma")


async def test_the_portfolio_is_ordered_by_id_and_those_asked_for_stay_in_their_order(world):
    accounts = [world.account() for _ in range(20)]
    for number, account in enumerate(accounts):
        world.won(account, str(number), ago(1))

    whole = await world.measured("revenue_ltm")
    some = await world.measured("revenue_ltm", accounts=[accounts[7], accounts[3], accounts[7], accounts[11]])

    assert whole.account_ids == sorted(accounts)
    assert whole.exists.all()
    assert some.account_ids == [accounts[7], accounts[3], accounts[11]]
    assert some.values["revenue_ltm"].tolist() == [7, 3, 11]


async def test_one_account_is_measured_as_in_the_portfolio(world):
    accounts = random_worlds.filled(world, 11)
    whole = await world.measured()

    for account in accounts:
        alone = await world.measured(accounts=[account])
        for key in whole.values:
            row = whole.row(account)
            np.testing.assert_array_equal(alone.values[key][0], whole.values[key][row], err_msg=key)
            assert alone.facts[key][0] == whole.facts[key][row]
            assert alone.latest_on(key, 0) == whole.latest_on(key, row)
            assert alone.notes_of(key, 0) == whole.notes_of(key, row)


async def compared(world, accounts, peer_keys):
    await world.save()
    async with world.database.transaction(world.tenant_id) as connection:
        return await service.compared(
            connection,
            world.tenant_id,
            as_of=AS_OF,
            keys=DEFAULT_MODEL,
            account_ids=accounts,
            peer_keys=peer_keys,
        )


async def test_accounts_that_are_compared_are_measured_as_ever_beside_all_others(world):
    accounts = random_worlds.filled(world, 7)
    some, late = [accounts[3], accounts[0], accounts[3]], world.account(since=ago(-100))
    whole, alone = await world.measured(), await world.measured(*DEFAULT_MODEL, accounts=[*some, late])

    found = await compared(world, [*some, late], {"future_spend", "win_rate"})

    assert found.own.account_ids == [accounts[3], accounts[0], late]
    assert found.own.exists.tolist() == alone.exists.tolist() == [True, True, False]
    for key in DEFAULT_MODEL:
        np.testing.assert_array_equal(found.own.values[key], alone.values[key], err_msg=key)
        np.testing.assert_array_equal(found.own.facts[key], alone.facts[key], err_msg=key)
    others = [row for row, account in enumerate(whole.account_ids) if account not in some]
    assert found.peers.keys() == {"future_spend", "win_rate"}
    for key, values in found.peers.items():
        np.testing.assert_array_equal(np.sort(values), np.sort(whole.values[key][others]), err_msg=key)


async def test_without_a_metric_to_compare_by_nothing_is_read_of_others(world):
    account, late = world.account(), world.account(since=ago(-100))
    world.won(account, "5", ago(1))

    found = await compared(world, [late, account], ())

    assert (found.own.exists.tolist(), dict(found.peers)) == ([False, True], {})
    assert found.own.values["revenue_ltm"].tolist() == [0, 5]


async def test_some_of_what_was_measured_is_as_if_only_they_had_been(world):
    accounts = random_worlds.filled(world, 5)
    whole = await world.measured(accounts=accounts)
    chosen = np.array([place % 3 == 0 for place in range(len(accounts))])
    some, alone = whole.of(chosen), await world.measured(accounts=accounts[::3])

    assert some.account_ids == accounts[::3]
    for key in whole.values:
        np.testing.assert_array_equal(some.values[key], alone.values[key], err_msg=key)
        for row in range(len(some.account_ids)):
            assert some.latest_on(key, row) == alone.latest_on(key, row)
            assert some.notes_of(key, row) == alone.notes_of(key, row)


async def test_an_account_that_does_not_exist_yet_is_answered_when_asked_for(world):
    early, late = world.account(), world.account(since=ago(-100))
    world.won(early, "5", ago(1))

    found = await world.measured("revenue_ltm", "nps", accounts=[late, early, AccountId(new_id())])

    assert found.exists.tolist() == [False, True, False]
    assert [found.value("revenue_ltm", row) for row in range(3)] == [0, 5, 0]
    assert found.value("nps", 0) is None


async def test_an_organization_without_anything_has_an_empty_portfolio(world):
    found = await world.measured()

    assert found.account_ids == []
    assert all(len(values) == 0 for values in found.values.values())


async def test_without_any_facts_everything_is_unknown(world):
    account = world.account()

    found = await world.measured(accounts=[account])

    assert {key for key in found.values if found.value(key, 0) is not None} == set()
    assert all(facts[0] == 0 for facts in found.facts.values())


async def test_counts_are_0_once_the_organization_records_their_kind_of_fact(world):
    account, other = world.account(), world.account()
    offering, center, contact = world.offering(), world.buying_center(other), world.contact(other)
    world.deal(other, "1", offering_id=offering, buying_center_id=center, competitor="Rival", stage="Proposal")
    world.engagement(other, ago(1), contact, kind="referral")

    found = await world.measured(accounts=[account])

    zero = {
        "revenue_ltm", "revenue_prior_ltm", "deal_count_ltm", "lost_amount_ltm", "future_spend", "open_pipeline",
        "offerings_bought", "offering_breadth", "buying_centers_active", "relationship_depth", "executives_met_new",
        "offerings_proposed_new", "proposals_new", "referrals_new_buying_center", "competitor_footholds",
        "buying_centers_new",
    }  # fmt: skip
    assert {key for key in found.values if found.value(key, 0) == 0} == zero
    assert {key for key in found.values if found.value(key, 0) is not None} - zero == {"cross_sell_potential"}


async def test_another_organizations_facts_never_count(measuring):
    mine, theirs = await founded(measuring), await founded(measuring)
    account = mine.account()
    random_worlds.filled(theirs, 3)
    await theirs.save()

    found = await mine.measured(accounts=[account, *[row["id"] for row in theirs.known["accounts"]]])

    assert found.exists.tolist() == [True, False, False, False, False]
    assert all(np.isnan(values).all() for values in found.values.values())
    assert (await mine.measured()).account_ids == [account]


async def test_an_organizations_own_metrics_are_measured(measuring):
    custom = [
        {"key": "fleet_age", "title": "Age of the fleet", "kind": "observation", "unit": "years", "horizon": "past",
         "shelf_life_days": 30},
        {"key": "courage", "title": "Courage", "kind": "rating", "unit": "rating", "horizon": "future"},
    ]  # fmt: skip
    world = await founded(measuring, custom_metrics=custom)
    account = world.account()
    world.observation(account, "fleet_age", 12.5, ago(29))
    world.rating(account, 4, ago(100), metric="courage")

    assert await world.value(account, "fleet_age") == 12.5
    assert await world.value(account, "fleet_age", as_of=ago(-1)) is None
    assert await world.value(account, "courage") == 4


async def test_every_metric_of_the_registry_is_in_the_answer_for_one_account(world):
    account = world.account()
    await world.save()

    async with world.database.transaction(world.tenant_id) as connection:
        registry, found = await service.account_metrics(connection, world.tenant_id, account, AS_OF)
        organization = await tenancy.organization(connection, world.tenant_id)

    assert set(registry.metrics) == set(found.values) == set(service.registry_of(organization).metrics)
