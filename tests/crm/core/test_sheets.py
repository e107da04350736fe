"""A page that is read column by column says what its records say one by one, or leaves them to be read so."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.crm.connectors import CONNECTORS
from app.crm.core.connection import Attribute, FieldMapping, Stage
from app.crm.core.mapping import Mapped, Unmappable, mapper
from app.crm.core.spec import OBJECTS, Field
from app.crm.service.keeping import KINDS, columns_of
from app.crm.service.keeping import given as by_the_api
from app.crm.service.understanding import understood
from tests.crm.core.mapping_ground import a_connection

PROVIDERS = ("salesforce", "hubspot", "pipedrive", "dynamics")
MODIFIED = "2025-06-01T10:30:00Z"
# By transform: values as CRMs write them, and such as only look like them.
PLAIN: dict[str, list[Any]] = {
    "text": ["Motor", " Pumpe ", "x" * 90, "USD", "eur", 7, None],
    "number": [12.5, 1e3, 0.12345, 7, "19.99", "-3", True, None, ""],
    "percent": [10.0, 55, "70", 0.0, 101, None],
    "integer": [12, "40", 3.0, -1, None],
    "boolean": [True, False, "true", 1, 1.0, None],
    "date": ["2025-03-01", "2025-07-01", "2025-03-02T10:00:00Z", "2026-02-30", "1960-01-01", None],
    "datetime": [MODIFIED, "2025-06-01T10:30:00.000+0000", "yesterday", None],
    "map": ["open", "won", "lost", "0", "1", "2", None],
    "list": ["", None, "1;2"],
}
ODD: list[Any] = [None, "", "x" * 600, "²", "\ud800", "a\x00b", [], {"external_id": "1"}, 10**30, float("nan"), "1e999"]
STAGES = {"Motor": Stage("Engine", "won", 0.5), "USD": Stage(None, None, 0.25), "": Stage(None, "lost")}


def _values(field: Field) -> st.SearchStrategy[Any]:
    usual = st.sampled_from(PLAIN.get(field.transform, PLAIN["text"]))
    return st.integers(0, 19).flatmap(lambda n: usual if n else st.sampled_from(ODD))


@st.composite
def records(draw: st.DrawFn, provider: str, name: Any) -> dict[str, Any]:
    rules = CONNECTORS[provider].objects[name]
    record: dict[str, Any] = {}
    signs = (rules.merged_into, rules.absorbed) if draw(st.integers(0, 9)) == 0 else ()
    fields = [(field, _values(field)) for field in rules.fields.values()]
    fields += [(field, _values(field)) for field in (*signs, rules.gone if draw(st.booleans()) else None) if field]
    fields += [(field, st.sampled_from([MODIFIED, MODIFIED, None])) for field in (rules.modified,) if field]
    fields += [(rules.id, st.sampled_from(["1", "2", 3, "Motor"]))]
    for field, told in fields:
        for path in field.path.split("|"):
            if not set("[+") & set(path):
                _put(record, path.split("."), draw(told))
    return record


def _put(record: Any, path: list[str], value: Any) -> None:
    for step in path[:-1]:
        record = record.setdefault(step, {}) if isinstance(record, dict) else {}
    if isinstance(record, dict):
        record[path[-1]] = value


def _alike(connection: Any, name: Any, page: list[dict[str, Any]]) -> int:
    """How many records of the page were read as columns; they say what they say by themselves."""
    one = mapper(connection, name)
    found = understood(connection, name, page)
    plain = 0
    for record, together in zip(page, found, strict=True):
        alone = one(record)
        if isinstance(together, Unmappable) or together.columns is None:
            assert together == alone
            continue
        plain += 1
        assert isinstance(alone, Mapped)
        assert together._replace(columns=None, body=alone.body) == alone
        assert columns_of(KINDS[name], together, connection.source) == by_the_api(KINDS[name], alone.body)
    return plain


@settings(max_examples=60)
@given(st.sampled_from(PROVIDERS), st.sampled_from(OBJECTS), st.booleans(), st.data())
def test_a_page_says_what_its_records_say_one_by_one(provider, name, staged, data):
    stages = STAGES if staged else {}
    connection = a_connection(provider, default_currency=data.draw(st.sampled_from(["EUR", None])), stages=stages)

    _alike(connection, name, data.draw(st.lists(records(provider, name), min_size=1, max_size=6)))


def a_deal(number: int, **more: Any) -> dict[str, Any]:
    return {
        "Id": f"006{number}", "Name": f"Deal {number}", "AccountId": "001A", "Amount": 100.5, "CurrencyIsoCode": "USD",
        "StageName": "Closed Won", "IsClosed": True, "IsWon": True, "Probability": 100.0,
        "CreatedDate": "2024-03-01T09:00:00.000+0000", "CloseDate": "2025-02-15", "Owner": {"Name": "Seller"},
        "SystemModstamp": "2025-06-01T10:00:00.000+0000", "IsDeleted": False, **more,
    }  # fmt: skip


def test_only_records_that_say_something_special_are_read_by_themselves():
    page = [
        a_deal(1), a_deal(2, IsDeleted=True), a_deal(3, Amount="much"), a_deal(4, IsWon=None, IsClosed=None),
        a_deal(5, SystemModstamp=None), a_deal(6, CloseDate=None), a_deal(7, CurrencyIsoCode=None),
        a_deal(8, Owner=None),
    ]  # fmt: skip

    found = understood(a_connection("salesforce"), "opportunity", page)

    assert [isinstance(one, Mapped) and one.columns is not None for one in found] == [True] + [False] * 6 + [True]
    assert _alike(a_connection("salesforce"), "opportunity", page) == 2


def test_a_deal_that_was_entered_after_it_was_closed_existed_by_then():
    late = a_deal(1, CreatedDate="2025-05-01T00:00:00Z", CloseDate="2025-02-15")
    (ahead, entered) = understood(a_connection("salesforce"), "opportunity", [a_deal(2, CloseDate="2025-12-31"), late])

    assert isinstance(ahead, Mapped)
    assert isinstance(entered, Mapped)
    assert ahead.told["closed_on"] == date(2025, 6, 1)
    assert entered.told["created_on"] == date(2025, 2, 15)


@pytest.mark.parametrize("own", [
    FieldMapping(attributes=(Attribute("segment", "text", Field("Segment")),)),
    FieldMapping(metrics={"nps": Field("Nps", "number")}),
])  # fmt: skip
def test_what_is_kept_beside_the_columns_is_read_record_by_record(own):
    connection = a_connection("salesforce", mapping={"account": own})
    record = {"Id": "1", "Name": "Acme", "Segment": "A", "Nps": 7, "SystemModstamp": MODIFIED}

    assert _alike(connection, "account", [record]) == 0
    assert _alike(a_connection("salesforce"), "account", [record]) == 1
