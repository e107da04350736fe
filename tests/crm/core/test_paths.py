"""Values out of JSON by dotted paths, and what they become."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.paths import Unreadable, at, read, stands_in
from app.crm.core.spec import Field

PERSON = {
    "first": "Ann",
    "last": "Other",
    "nothing": None,
    "empty": "",
    "no": False,
    "zero": 0,
    "@odata.nextLink": "there",
    "emails": [{"value": "a@x", "primary": False}, {"value": "b@x", "primary": True}],
    "to": [
        {"id": 1, "types": [{"typeId": 341}]},
        {"id": 2, "types": [{"typeId": 5}, {"typeId": 341}]},
    ],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("first", "Ann"),
        ("emails.0.value", "a@x"),
        ("emails.-1.value", "b@x"),
        ("emails.7.value", None),
        ("emails.first", None),
        ("first.deeper", None),
        ("nothing|empty|first", "Ann"),
        ("no", False),
        ("no|first", False),
        ("zero|first", 0),
        ("@odata.nextLink", "there"),
        ("first + last", "Ann Other"),
        ("nothing + last", "Other"),
        ("nothing + empty|first", "Ann"),
        ("emails.[primary=true].value", "b@x"),
        ("emails.[value=c@x].value|emails.0.value", "a@x"),
        ("to.[types.*.typeId=5].id", 2),
        ("to.[types.*.typeId=341].id", 1),
        ("to.[id=2].types.0.typeId", 5),
        ("first.[a=b]", None),
        ("to.[", None),
        ("to.[=", None),
    ],
)
def test_a_path_leads_to_its_value(path, value):
    assert at(PERSON, path) == value


def test_a_record_speaks_of_what_stands_in_it_even_if_there_is_nothing():
    assert stands_in(PERSON, "nothing")
    assert stands_in(PERSON, "missing|empty")
    assert not stands_in(PERSON, "missing|emails.7")
    assert not stands_in(PERSON, "emails.[value=c@x].value")


@pytest.mark.parametrize(
    ("transform", "value", "told"),
    [
        ("text", " a ", "a"),
        ("text", True, "true"),
        ("text", 7, "7"),
        ("number", "1.50", Decimal("1.50")),
        ("percent", 25, Decimal("0.25")),
        ("cents", 1999, Decimal("19.99")),
        ("integer", "7.0", 7),
        ("boolean", "Yes", True),
        ("boolean", 0, False),
        ("date", "2026-02-28T23:30:00-05:00", date(2026, 3, 1)),
        ("date", 1653955200000, date(2022, 5, 31)),
        ("datetime", "2026-02-28T10:00:00.000+0000", datetime(2026, 2, 28, 10, tzinfo=UTC)),
        ("datetime", "2026-02-28 10:00:00", datetime(2026, 2, 28, 10, tzinfo=UTC)),
        ("epoch_ms", 1556094637139, datetime(2019, 4, 24, 8, 30, 37, 139000, tzinfo=UTC)),
        ("epoch_s", "1544271440", datetime(2018, 12, 8, 12, 17, 20, tzinfo=UTC)),
        ("list", "a; b;;", ["a", "b"]),
        ("list", [1, "b"], ["1", "b"]),
    ],
)
def test_a_value_becomes_what_its_transform_says(transform, value, told):
    assert read(Field("x", transform), {"x": value}) == told


def test_a_map_has_a_word_for_all_others():
    field = Field("x", "map", {"a": 1, "*": 2})

    assert [read(field, {"x": value}) for value in ("a", "b", None)] == [1, 2, None]
    assert read(Field("x", "map", {"a": 1}), {"x": "b"}) is None


@pytest.mark.parametrize(
    ("transform", "value"),
    [
        ("number", "1e999999999"), ("number", "1e-999999999"), ("integer", "1e999999999"), ("number", "NaN"),
        ("number", True), ("number", [1]), ("cents", "1e999999"), ("epoch_ms", 10**30), ("epoch_s", "x"),
        ("date", "²"), ("date", 1544271440), ("date", 0),
        ("date", "2026-02-30"), ("datetime", "9" * 5000), ("boolean", "perhaps"), ("text", {"a": 1}),
        ("datetime", "0001-01-01T00:00:00+14:00"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_without_hesitation(transform, value):
    with pytest.raises(Unreadable):
        read(Field("x", transform), {"x": value})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abx0", max_size=2), inner, max_size=3),
    max_leaves=10,
)


@given(json_values, st.text("ab0x.|[]=* +-²", max_size=12))
def test_no_path_and_no_record_are_too_strange(record, path):
    at(record, path)
    stands_in(record, path)
