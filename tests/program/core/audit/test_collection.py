"""Collection or program, and what breaks first."""

from hypothesis import given
from hypothesis import strategies as st

from app.program.core.audit.collection import collection
from app.program.core.audit.parts import BREAKS, CHAIN

ACCOUNTS = st.lists(st.tuples(*[st.booleans() for _ in CHAIN]), min_size=1, max_size=8)


def by_link(accounts):
    return {code: [bool(account[at]) for account in accounts] for at, code in enumerate(CHAIN)}


def test_every_link_says_what_breaks_without_it():
    assert set(BREAKS) == set(CHAIN)


def test_without_key_accounts_nothing_is_known():
    found = collection(by_link([]), 0)
    assert (found.verdict, found.links, found.breaks_first) == ("unknown", [], None)


def test_four_of_five_complete_accounts_make_a_program_and_one_of_five_a_collection():
    whole, bare = (True,) * 5, (False,) * 5
    assert collection(by_link([whole] * 4 + [bare]), 5).verdict == "program"
    assert collection(by_link([whole] + [bare] * 4), 5).verdict == "collection"
    assert collection(by_link([whole, bare]), 2).verdict == "on_the_way"


def test_the_link_that_fewest_have_breaks_first_and_of_equal_ones_the_earlier():
    found = collection(by_link([(True, True, True, False, False), (True, True, False, True, True)]), 2)
    assert found.breaks_first is not None
    assert (found.breaks_first.code, found.breaks_first.lacking) == ("several_functions", [1])


@given(ACCOUNTS)
def test_no_more_accounts_are_complete_than_have_the_weakest_link(accounts):
    found = collection(by_link(accounts), len(accounts))
    assert found.complete == sum(all(account) for account in accounts)
    weakest = min(link.share for link in found.links)
    assert found.complete / len(accounts) <= weakest + 1e-9
    assert (found.breaks_first is None) == (found.complete == len(accounts))
