"""The simulated facts: the same for the same seed, valid on the wire, none from the future, in an order to be saved."""

from datetime import date

import numpy as np
import pytest

from app.accounts.kinds import KINDS
from app.demo.core.simulation import UnlikelySimulation, simulate
from app.demo.core.world import batches
from tests.demo.core.seen import ENDS_ON, a_world, days

STORIES = {"grower", "coaster", "decliner", "steady", "prospect", "single_product", "rebuilder"}
MAY_LIE_AHEAD = {"expected_close_on", "period"}


@pytest.fixture(scope="module")
def world():
    return a_world()


def dates_in(value):
    """Every date and instant of a body, as days."""
    if isinstance(value, dict):
        return [day for name, part in value.items() if name not in MAY_LIE_AHEAD for day in dates_in(part)]
    if isinstance(value, list):
        return [day for part in value for day in dates_in(part)]
    if isinstance(value, str) and len(value) in {10, 20} and value[:2] in {"19", "20"} and value[4] == "-":
        return [date.fromisoformat(value[:10])]
    return []


def test_the_same_seed_day_and_number_give_the_same_world():
    one, other = (simulate(np.random.default_rng(7), ENDS_ON, 60) for _ in range(2))

    assert one.facts == other.facts
    assert {a: (t.story, t.turned_on) for a, t in one.truth.items()} == {
        a: (t.story, t.turned_on) for a, t in other.truth.items()
    }


def test_another_seed_gives_another_world():
    assert a_world(accounts=60).facts != a_world(accounts=60, seed=21).facts


def test_the_world_moves_with_the_day_that_it_ends_on():
    early, late = a_world(accounts=60), a_world(accounts=60, ends_on=ENDS_ON + days(400))

    assert late.starts_on - early.starts_on == days(400)
    assert [a["name"] for a in late.facts["accounts"] if "name" in a] == [
        a["name"] for a in early.facts["accounts"] if "name" in a
    ]
    for contact, later in zip(early.facts["contacts"], late.facts["contacts"], strict=True):
        shift = date.fromisoformat(later["effective_on"]) - date.fromisoformat(contact["effective_on"])
        assert shift == days(400)


def test_facts_reach_from_the_first_of_three_years_to_the_last_day(world):
    closed = [date.fromisoformat(deal["closed_on"]) for deal in world.facts["opportunities"] if "closed_on" in deal]

    assert world.ends_on - world.starts_on == days(3 * 365 - 1)
    assert world.starts_on <= min(closed) <= world.starts_on + days(14)
    assert world.ends_on - days(7) <= max(closed) <= world.ends_on


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_fact_is_dated_after_the_last_day(world, kind):
    found = [day for body in world.facts[kind] for day in dates_in(body)]

    assert all(day <= world.ends_on for day in found)
    assert found or kind in {"users", "buying_centers"}


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_fact_is_valid_on_the_wire_and_known_by_its_identity(world, kind):
    assert world.facts[kind]
    for body in world.facts[kind]:
        given = KINDS[kind].body.model_validate(body).given()
        assert given["source"] == "simulator"
        assert given["external_id"]


def test_every_kind_of_fact_is_simulated_in_an_order_in_which_it_can_be_saved(world):
    assert set(world.facts) == set(KINDS)
    known: set[str] = set()
    for bodies in world.facts.values():
        for batch in batches(bodies):
            named = {ref for body in batch for ref in references_in(body)}
            assert named <= known
            known |= {body["external_id"] for body in batch}


def references_in(body):
    values = [part for value in body.values() for part in (value if isinstance(value, list) else [value])]
    return [value["external_id"] for value in values if isinstance(value, dict) and "external_id" in value]


def test_a_batch_is_never_too_large_and_never_names_a_record_twice(world):
    for bodies in world.facts.values():
        cut = list(batches(bodies, 500))
        assert [body for batch in cut for body in batch] == list(bodies)
        for batch in cut:
            assert len({body["external_id"] for body in batch}) == len(batch) <= 500


def test_every_account_says_that_it_is_simulated_and_none_says_what_becomes_of_it(world):
    for account in world.facts["accounts"]:
        if "name" in account:
            assert account["attributes"] == {"simulated": True}


def test_histories_end_in_the_present_state_and_pass_through_the_stages_in_order(world):
    for deal in world.facts["opportunities"]:
        lines = deal["stage_history"]
        instants = [line["at"] for line in lines]
        assert instants == sorted(set(instants))
        assert instants[0][:10] == deal["created_on"]
        assert (lines[-1]["stage"], lines[-1]["status"]) == (deal["stage"], deal["status"])
        if deal["status"] != "open":
            assert instants[-1][:10] == deal["closed_on"]


def test_nobody_takes_part_before_they_are_known_or_after_they_left(world):
    contacts = world.facts["contacts"]
    known = {contact["external_id"]: contact["effective_on"] for contact in contacts if "name" in contact}
    left = {contact["external_id"]: contact["effective_on"] for contact in contacts if contact.get("active") is False}
    for engagement in world.facts["engagements"]:
        for person in engagement["contacts"]:
            assert known[person["external_id"]] <= engagement["held_on"] < left.get(person["external_id"], "9999")


@pytest.mark.parametrize("accounts", [20, 57, 240])
def test_every_story_is_told_however_few_the_accounts(accounts):
    world = a_world(accounts=accounts)

    assert len(world.truth) == accounts == len([a for a in world.facts["accounts"] if "name" in a])
    assert {truth.story for truth in world.truth.values()} == STORIES
    names = [account["name"] for account in world.facts["accounts"] if "name" in account]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("accounts", [19, 2001])
def test_too_few_and_too_many_accounts_are_refused(accounts):
    with pytest.raises(UnlikelySimulation):
        simulate(np.random.default_rng(1), ENDS_ON, accounts)


def test_a_leap_day_can_be_the_last():
    world = a_world(accounts=20, ends_on=date(2028, 2, 29))

    assert max(max(dates_in(body), default=world.starts_on) for body in world.facts["engagements"]) <= world.ends_on
