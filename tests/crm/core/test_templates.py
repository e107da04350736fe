"""How the templates of calls are filled."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.templates import Unfillable, filled, filled_path, names_in, of_ids, of_instant

TEXTS = st.text(max_size=20)


def test_a_text_that_is_one_variable_becomes_its_value():
    assert filled("{ids}", {"ids": ["1", "2"]}) == ["1", "2"]
    assert filled("{limit}", {"limit": 100}) == 100
    assert filled({"inputs": "{id_objects}"}, of_ids(["7"])) == {"inputs": [{"id": "7"}]}


def test_within_a_text_values_are_written_out():
    assert filled("SELECT {fields} LIMIT {limit}", {"fields": ["Id", "Name"], "limit": 5}) == "SELECT Id,Name LIMIT 5"
    assert filled("done={done}", {"done": True}) == "done=true"


def test_what_comes_to_nothing_is_left_out():
    template = {"after": "{cursor}", "since": "from {since}", "limit": "{limit}", "empty": "{empty}"}
    assert filled(template, {"cursor": None, "limit": 0, "empty": ""}) == {"limit": 0}


def test_an_entry_of_three_dots_is_spread():
    item = {"attributes": {"type": "Account"}, "id": "{id}", "...": "{fields}"}
    written = filled(item, {"id": "1", "fields": {"Tier__c": "A", "Score__c": None}})
    assert written == {"attributes": {"type": "Account"}, "id": "1", "Tier__c": "A", "Score__c": None}


def test_braces_that_are_no_variable_stay():
    assert filled('{"a": {}}', {}) == '{"a": {}}'


@given(TEXTS)
def test_no_value_gets_out_of_its_quotes(value):
    try:
        made = filled("Id = '{id}'", {"id": value})
    except Unfillable:
        assert "'" in value or "\\" in value
    else:
        assert made == f"Id = '{value}'"
        assert made.count("'") == 2


@given(st.lists(TEXTS, max_size=5))
def test_quoted_ids_hold_no_other_quotes(ids):
    quoted = of_ids(ids)["ids_quoted"]
    kept = [each for each in ids if "'" not in each and "\\" not in each]
    assert quoted.count("'") == 2 * len(kept)


@given(TEXTS)
def test_a_value_stays_in_its_segment_of_a_path(value):
    try:
        path = filled_path("/deals/{id}/items", {"id": value})
    except Unfillable:
        parts = value.replace("\\", "/").split("/")
        assert "" in parts or any(set(part) <= {"."} for part in parts)
        return
    assert path.count("/") == 3
    assert "?" not in path
    assert "#" not in path
    assert path.split("/")[2] not in {"", ".", ".."}


def test_the_base_of_a_path_is_not_escaped():
    assert filled_path("{base_url}/oauth/{tenant}", {"base_url": "https://a.example/", "tenant": "x/y"}) == (
        "https://a.example/oauth/x%2Fy"
    )


@pytest.mark.parametrize("value", ["", ".", "..", "../users", "a/../b", "a\\..", "/a", "a//b"])
def test_a_value_that_could_lead_to_another_path_is_refused(value):
    with pytest.raises(Unfillable):
        filled_path("/deals/{id}", {"id": value})


def test_a_path_that_lacks_a_part_is_refused():
    with pytest.raises(Unfillable, match="id"):
        filled_path("/deals/{id}", {})


def test_the_names_in_a_template_are_found_wherever_they_stand():
    assert names_in(["/x/{id}", {"q": "a {since} {since_ms}", "deep": [{"inputs": "{ids}"}]}, None]) == {
        "id",
        "since",
        "since_ms",
        "ids",
    }


def test_instants_are_told_in_utc_to_the_millisecond():
    east = timezone(timedelta(hours=2))
    assert of_instant("since", datetime(2024, 2, 29, 1, 30, 0, 123_999, tzinfo=east)) == {
        "since": "2024-02-28T23:30:00.123Z",
        "since_ms": 1709163000123,
        "since_s": 1709163000,
        "since_date": "2024-02-28",
    }
    assert of_instant("now", datetime(2024, 1, 1, tzinfo=UTC))["now"] == "2024-01-01T00:00:00Z"
