"""The order of rows that name one another."""

from hypothesis import given
from hypothesis import strategies as st

from app.imports.core.links import levels

forests = st.dictionaries(st.integers(0, 12), st.integers(0, 15), max_size=13)


def climbs_to_itself(start, links):
    """Followed one by one, at most once per link."""
    key = start
    for _ in links:
        key = links.get(key)
        if key == start:
            return True
    return False


@given(forests)
def test_every_key_is_on_a_level_or_on_a_circle(links):
    found, circular = levels(links)

    assert sorted([*circular, *(key for level in found for key in level)]) == sorted(links)
    assert circular == [key for key in links if climbs_to_itself(key, links)]


@given(forests)
def test_what_a_key_names_comes_before_it(links):
    found, circular = levels(links)
    place = {key: number for number, level in enumerate(found) for key in level}

    for key, named in links.items():
        if key not in circular and named in place:
            assert place[named] < place[key]


def test_a_chain_of_a_hundred_thousand_is_ordered():
    links = {number: number + 1 for number in range(100_000)}

    found, circular = levels(links)

    assert [level[0] for level in found[:3]] == [99_999, 99_998, 99_997]
    assert circular == []
