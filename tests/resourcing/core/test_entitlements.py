"""What grants come to, and how new ones take the place of those that held."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.resourcing.core.entitlements import Grant, Statement, entitled, replaced

RESOURCE = UUID(int=1)
DAY = date(2026, 1, 1)
quantities = st.floats(0, 1000)
days = st.integers(0, 30).map(lambda number: DAY + timedelta(days=number))
grants = st.builds(
    Grant,
    st.just(RESOURCE),
    quantities,
    st.sampled_from(["tier", "level", "agreement", "exception"]),
    until_on=st.none(),
)


def a_grant(quantity, basis="tier", **fields):
    return Grant(RESOURCE, quantity, basis, **fields)


def a_statement(number, grant, from_on):
    return Statement(UUID(int=number), grant, from_on)


def carried_out(held, change, on):
    """The statements after a change."""
    after = [
        Statement(each.id, Grant(**{**_fields(each.grant), "until_on": on}), each.from_on)
        if each.id in change.ended
        else each
        for each in held
    ]
    opened = [
        Statement(UUID(int=1000 + at), Grant(**{**_fields(each.grant), "until_on": each.until_on}), on)
        for at, each in enumerate(change.opened)
    ]
    return [*after, *opened]


def _fields(grant):
    return {name: getattr(grant, name) for name in Grant.__slots__}


def test_the_greatest_of_tier_and_agreement_counts_and_exceptions_come_on_top():
    assert entitled([a_grant(12), a_grant(20, "agreement"), a_grant(8, "level")]) == 20
    assert entitled([a_grant(12), a_grant(3, "exception"), a_grant(2, "exception")]) == 17
    assert entitled([]) == 0


@given(st.lists(grants, max_size=6), grants)
def test_a_further_grant_never_takes_anything_away(held, further):
    assert entitled([*held, further]) >= entitled(held)


@given(st.lists(st.tuples(quantities, days), max_size=5), st.lists(quantities, max_size=3), days)
def test_from_the_day_on_exactly_the_new_grants_hold_and_before_it_nothing_changes(past, wanted, on):
    held = [
        a_statement(at, a_grant(quantity, until_on=begun + timedelta(days=7)), begun)
        for at, (quantity, begun) in enumerate(past)
    ]
    lines = [a_grant(quantity, basis_name=f"tier_{at}") for at, quantity in enumerate(wanted)]

    after = carried_out(held, replaced(held, lines, on), on)

    now = sorted(each.grant.quantity for each in after if each.holds(on))
    assert now == sorted(quantity for quantity in wanted if quantity > 0)
    for back in range(1, 10):
        day = on - timedelta(days=back)
        assert [each.id for each in after if each.holds(day)] == [each.id for each in held if each.holds(day)]


@given(st.lists(quantities, max_size=3), days)
def test_what_is_said_twice_changes_nothing(wanted, on):
    lines = [a_grant(quantity, basis_name=f"tier_{at}") for at, quantity in enumerate(wanted)]
    after = carried_out([], replaced([], lines, on), on)

    again = replaced(after, lines, on + timedelta(days=1))

    assert (again.ended, again.opened) == ([], [])


def test_what_is_brought_in_behind_a_later_word_holds_until_then():
    later = a_statement(1, a_grant(20, basis_name="tier_1"), DAY + timedelta(days=60))

    change = replaced([later], [a_grant(10, basis_name="tier_2")], DAY)

    assert change.ended == []
    assert [each.until_on for each in change.opened] == [later.from_on]
