"""What changed between two versions, and whether it is more than wording."""

from copy import deepcopy
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.core.differences import differences, is_substantive, said
from app.planning.core.documents import PARTS
from tests.planning.ground import a_whole_document, an_objective, objectives

KEYS = st.sampled_from(["a", "b", "c", "d"])
ENTRIES = st.lists(
    st.fixed_dictionaries({"key": KEYS, "target": st.none() | st.integers(0, 2)}), unique_by=lambda e: e["key"]
)
POINTS = st.lists(st.sampled_from(["x", "y", "z"]), unique=True)
DOCUMENTS = st.fixed_dictionaries(
    {
        "customer_objectives": st.none() | st.builds(lambda items: {"visibility": "shared", "items": items}, ENTRIES),
        "risks": st.none() | st.builds(lambda items: {"visibility": "internal", "items": items}, ENTRIES),
        "swot": st.none() | st.builds(lambda threats: {"visibility": "internal", "threats": threats}, POINTS),
    }
)


def whole(**fields):
    return said(a_whole_document(**fields), "2027-01-01", "2028-12-31")


def between(before, after):
    return [(one.operation, one.pointer, one.key) for one in differences(before, after)]


def canonical(version):
    """A version in which the order of entries is none."""
    found = deepcopy(version)
    for part in PARTS:
        for name, value in (found[part] or {}).items():
            if isinstance(value, list):
                found[part][name] = sorted(value, key=str)
    return found


def at(version, pointer):
    """What a JSON pointer finds."""
    steps = pointer.removeprefix("/document").split("/")[1:]
    return reduce(lambda found, step: found[int(step) if isinstance(found, list) else step], steps, version)


def test_what_was_added_removed_and_changed_is_named_by_place_and_key():
    before = whole(**objectives(an_objective("a"), an_objective("b", target=1)))
    after = whole(**objectives(an_objective("c"), an_objective("b", target=2)))

    assert between(before, after) == [
        ("removed", "/document/customer_objectives/items/0", "a"),
        ("added", "/document/customer_objectives/items/0", "c"),
        ("changed", "/document/customer_objectives/items/1/target", "b"),
    ]
    assert between(before, {**before, "ends_on": "2029-06-30"}) == [("changed", "/ends_on", None)]


def test_the_order_of_entries_is_no_difference():
    before = whole(**objectives(an_objective("a"), an_objective("b")))
    after = whole(**objectives(an_objective("b"), an_objective("a")))

    assert differences(before, after) == ()


@settings(max_examples=60)
@given(DOCUMENTS, DOCUMENTS)
def test_differences_are_found_exactly_where_versions_differ(first, second):
    before, after = said(first, "a", "b"), said(second, "a", "b")
    found = differences(before, after)

    assert (found == ()) == (canonical(before) == canonical(after))
    for one in found:
        if one.operation != "removed":
            assert at(after, one.pointer) == one.after
        elif isinstance(one.before, dict) or "/swot/" in one.pointer:
            assert at(before, one.pointer) == one.before
    back = differences(after, before)
    assert sum(one.operation == "added" for one in found) == sum(one.operation == "removed" for one in back)


@settings(max_examples=30)
@given(DOCUMENTS)
def test_a_version_does_not_differ_from_itself(document):
    version = said(document, "a", "b")

    assert differences(version, deepcopy(version)) == ()
    assert not is_substantive(())


@pytest.mark.parametrize(
    "change",
    [
        objectives(an_objective(title="No line stands still!")),
        objectives(an_objective(title="no LINE stands, still")),
        objectives(an_objective(), visibility="internal"),
        {"whitespace_plays": {"visibility": "internal", "items": []}},
        {"swot": {**a_whole_document()["swot"], "threats": ["A rival is on the site"]}},
    ],
    ids=["punctuation", "case", "who sees it", "an empty part", "a point in other words"],
)
def test_wording_is_no_substance(change):
    before = whole(**objectives(an_objective(), visibility="shared"))
    after = whole(**{**objectives(an_objective(), visibility="shared"), **change})

    assert differences(before, after)
    assert not is_substantive(differences(before, after))


@pytest.mark.parametrize(
    "change",
    [
        objectives(an_objective(title="Energy per unit falls by a tenth")),
        objectives(an_objective(due_on="2027-09-30")),
        objectives(an_objective(target=0.98)),
        objectives(an_objective(), an_objective("cost")),
        objectives(an_objective("cost")),
        {"swot": None},
        {"swot": {**a_whole_document()["swot"], "threats": []}},
        {"swot": {**a_whole_document()["swot"], "threats": ["Prices of energy double"]}},
        {"whitespace_plays": {"items": [{"key": "north", "approach": "Ask them"}]}},
    ],
    ids=[
        "another title", "another day", "a target", "one more", "another one", "a part less", "a point less",
        "another point", "a part more",
    ],
)  # fmt: skip
def test_whatever_else_changes_is_substance(change):
    assert is_substantive(differences(whole(), whole(**change)))


def test_another_horizon_is_substance():
    assert is_substantive(differences(whole(), {**whole(), "ends_on": "2029-06-30"}))
