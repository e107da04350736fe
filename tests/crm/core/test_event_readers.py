"""What is read at once is what the rules of the parts say, of whatever is sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.crm.connectors import CONNECTORS
from app.crm.core import event_parts
from app.crm.core.event_parts import NotUnderstood
from app.crm.core.event_readers import event_reader, id_reader
from app.crm.core.paths import at, finder
from app.crm.core.spec import EventRules, Field

NAMES = ["a", "b", "objectId", "subscriptionType", "occurredAt", "eventId", "a|b", "newObjectId", "0", ""]
WORDS = ["deal.creation", " deal.merge ", "contact.propertyChange", "other", "", " ", "x" * 256, "\0", "7", "1e3"]
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.sampled_from(WORDS), st.text(max_size=3),
    st.integers(946_684_799_000, 946_684_801_000), st.integers(7_258_118_399_000, 7_258_118_401_000),
)  # fmt: skip
SENT = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner), max_leaves=6
)
CONTENT = st.dictionaries(st.sampled_from(NAMES), SENT, max_size=6)
MAPPED = EventRules(
    external_id=Field("objectId|a"),
    object=Field("a|b", "map", {"deal.creation": "opportunity", "7": "account", "": "nothing", "*": "contact"}),
    id=Field("eventId", "integer"),
    occurred_at=Field("a", "epoch_ms"),
    merged_into=Field("b"),
    property_name="a",
    property_value="b",
)
RULES = {name: spec.events for name, spec in CONNECTORS.items()} | {"mapped": MAPPED}


def said(read, *asked):
    """What comes of reading: the value with its kind, or why there is none."""
    try:
        value = read(*asked)
    except NotUnderstood as reason:
        return str(reason)
    return type(value), value


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@settings(max_examples=25)
@given(content=CONTENT)
def test_each_part_is_read_as_its_rule_says(rules, content):
    reader = event_reader(rules)

    assert said(reader.object, content) == said(event_parts.object_of, rules, content)
    assert said(reader.change, content) == said(event_parts.change_of, rules, content)
    assert said(reader.occurred_at, content) == said(event_parts.occurred_at_of, rules, content)
    if reader.property is not None:
        assert said(reader.property, content) == said(event_parts.property_of, rules, content)
    fields = (rules.id, rules.external_id, rules.merged_into)
    for field, read in zip(fields, (reader.own_id, reader.external_id, reader.merged_into), strict=True):
        assert (read is None) == (field is None)
        if read is not None:
            assert said(read, content) == said(event_parts.id_at, field, content)


@settings(max_examples=100)
@given(SENT, st.sampled_from([*NAMES, "a.b", "a|b.0", "objectId|a|b", "a + b", "[a=7].b"]))
def test_a_finder_finds_what_stands_at_its_path(record, path):
    assert finder(path)(record) == at(record, path)


def test_a_long_number_and_a_boolean_are_ids_only_where_the_rule_takes_them():
    read = id_reader(Field("a"))

    assert [read({"a": 10**18}), read({"a": -7}), read({"a": 7.0}), read({"a": " x "})] == [str(10**18), "-7", "7", "x"]
    with pytest.raises(NotUnderstood):
        read({"a": True})
