"""Moves of resources: a worked example, prices against one unit more, and what holds of any allocation."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.program.core.holdings import Holding, Standing, Wish
from app.program.core.reallocation import reallocation

R = UUID(int=1)
IDLE, TIRED, BUSY, KEEN, EAGER, PLAIN = (UUID(int=number) for number in range(10, 16))
STANDINGS = {
    IDLE: Standing(20.0, "serve"), TIRED: Standing(50.0, "sustain"), BUSY: Standing(90.0, "invest"),
    KEEN: Standing(80.0, "invest"), EAGER: Standing(40.0, "cultivate"), PLAIN: Standing(99.0, "serve"),
}  # fmt: skip
HOLDINGS = [Holding(R, IDLE, 10, 0), Holding(R, TIRED, 10, 8), Holding(R, BUSY, 10, 9.5)]


def moved(found):
    return [(one.from_account_id, one.to_account_id, one.units, one.lost, one.gained) for one in found.moves]


def test_idle_units_go_where_they_are_worth_most_at_the_least_loss():
    """By hand: a unit of IDLE costs 0, of TIRED 50 x 0.8 = 40; KEEN gains 80 a unit, EAGER 40. 30 are there, all due.

    KEEN takes the ten of IDLE and one of the two of TIRED; for EAGER the other would bring as much as it costs. Room is
    30 - 17.5 = 12.5.
    """
    wishes = [Wish(R, KEEN, 11), Wish(R, EAGER, 3), Wish(R, PLAIN, 5)]

    found = reallocation(HOLDINGS, wishes, STANDINGS, {R: 30.0})

    assert moved(found) == [(IDLE, KEEN, 10.0, 0.0, 800.0), (TIRED, KEEN, 1.0, 40.0, 80.0)]
    assert (found.gained - found.lost) == pytest.approx(840.0)
    (balance,) = found.balances
    assert (balance.movable, balance.unmet, balance.wanted) == (12.0, 19.0, 14.0)
    assert balance.shadow_price == pytest.approx(40.0)  # one more spare unit saves TIRED's, or serves EAGER


def test_what_is_spare_goes_first_and_without_a_limit_nobody_gives():
    wishes = [Wish(R, KEEN, 3)]

    spare = reallocation(HOLDINGS, wishes, STANDINGS, {R: 32.0})
    endless = reallocation(HOLDINGS, wishes, STANDINGS, {R: None})

    assert moved(spare) == [(None, KEEN, 2.0, 0.0, 160.0), (IDLE, KEEN, 1.0, 0.0, 80.0)]
    assert moved(endless) == [(None, KEEN, 3.0, 0.0, 240.0)]
    assert endless.balances[0].shadow_price is None


def test_nothing_is_moved_beyond_what_can_be_delivered():
    """More was promised than there is: 30 due, 20 there, 17.5 used, so that 2.5 can be moved; a unit more brings 80."""
    found = reallocation(HOLDINGS, [Wish(R, KEEN, 11)], STANDINGS, {R: 20.0})
    over = reallocation(HOLDINGS, [Wish(R, KEEN, 11)], STANDINGS, {R: 10.0})

    assert moved(found) == [(IDLE, KEEN, 2.5, 0.0, 200.0)]
    assert found.balances[0].shadow_price == pytest.approx(80.0)
    assert moved(over) == []


def test_who_is_not_judged_neither_gives_nor_gets():
    unknown = {**STANDINGS, IDLE: Standing(None, None), KEEN: Standing(None, None)}
    assert moved(reallocation(HOLDINGS[:1], [Wish(R, EAGER, 1)], unknown, {R: 10.0})) == []
    assert moved(reallocation(HOLDINGS, [Wish(R, KEEN, 1)], unknown, {R: 40.0})) == []


units = st.integers(0, 12).map(float)
standings = st.builds(
    Standing,
    st.none() | st.integers(0, 100).map(float),
    st.sampled_from(["invest", "cultivate", "serve", "sustain"]),
)
worlds = st.tuples(
    st.lists(st.tuples(units, units), min_size=1, max_size=6),
    st.lists(units.filter(bool), min_size=1, max_size=5),
    st.lists(standings, min_size=11, max_size=11),
    st.integers(0, 60).map(float),
)


@given(worlds)
@settings(max_examples=80)
def test_moves_keep_within_what_there_is_and_the_price_is_that_of_one_unit_more(world):
    held, asked, judged, capacity = world
    accounts = [UUID(int=100 + at) for at in range(11)]
    holdings = [Holding(R, account, *amounts) for account, amounts in zip(accounts, held, strict=False)]
    wishes = [Wish(R, account, amount) for account, amount in zip(accounts[6:], asked, strict=False)]
    standing = dict(zip(accounts, judged, strict=True))

    found = reallocation(holdings, wishes, standing, {R: capacity})

    given_away: dict[UUID | None, float] = {}
    got: dict[UUID, float] = {}
    for move in found.moves:
        assert move.units > 0
        assert move.net >= -1e-6
        given_away[move.from_account_id] = given_away.get(move.from_account_id, 0) + move.units
        got[move.to_account_id] = got.get(move.to_account_id, 0) + move.units
    unused: dict[UUID | None, float] = {one.account_id: one.unused for one in holdings}
    unused[None] = max(capacity - sum(one.entitled for one in holdings), 0)
    assert all(amount <= unused[account] + 1e-6 for account, amount in given_away.items())
    assert all(amount <= wish.quantity + 1e-6 for wish in wishes for amount in [got.get(wish.account_id, 0)])
    used = sum(one.used for one in holdings)
    assert not found.moves or used + sum(got.values()) <= capacity + 1e-6

    # A concave function: one unit more brings at most the price (at a corner less), one unit less costs at least it.
    def value(there):
        best = reallocation(holdings, wishes, standing, {R: there})
        return best.gained - best.lost

    price = found.balances[0].shadow_price
    assert value(capacity + 1e-3) - value(capacity) <= 1e-3 * (price or 0) + 1e-4 or capacity < used
    assert value(capacity) >= -1e-9
    assert found.balances[0].moved == pytest.approx(sum(got.values()), abs=1e-5)
