"""A custom connector as it is posted: every fault of it is named, with its place."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.connectors import CONNECTORS
from app.crm.core.kept_specs import kept_spec, spec_kept_as
from app.crm.schemas.spec import MOST_BYTES, UnusableConnector, document_of, spec_of
from tests.crm.schemas.documents import ABSENT, CUSTOM_SPECS, INVENTED, SMALL, faults_of, spoilt

SHIPPED = sorted(set(CONNECTORS) - {"push"})
PAGE, PAGING, SIGNATURE = "objects__opportunity__page", "objects__opportunity__page__paging", "signatures__hmac"
P, S = "/objects/opportunity", "/signatures/hmac"


@pytest.mark.parametrize("provider", SHIPPED)
def test_what_ships_is_a_document_too(provider):
    """But for what unwraps a body, which is code."""
    shown = json.loads(json.dumps(document_of(CONNECTORS[provider])))

    assert spec_of(shown) == replace(CONNECTORS[provider], provider="custom", unwrap=None)


@pytest.mark.parametrize("path", [*sorted(CUSTOM_SPECS.glob("*.json")), INVENTED], ids=lambda path: path.stem)
def test_a_custom_connector_comes_back_as_it_was_posted(path):
    spec = spec_of(json.loads(path.read_text()))

    assert spec.provider == "custom"
    assert spec_of(json.loads(json.dumps(document_of(spec)))) == spec
    assert spec_kept_as(json.loads(json.dumps(kept_spec(spec)))) == spec


def test_blanks_in_a_prefix_are_meant():
    spec = spec_of(spoilt(signatures__hmac__prefix="Bearer "))

    assert spec.signatures["hmac"].prefix == "Bearer "


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        ({}, set()),
        # what is missing, unknown, or of another type
        ({"title": ABSENT}, {("/title", "missing")}),
        ({"colour": "red"}, {("/colour", "extra_forbidden")}),
        ({"signatures": {}}, {("/signatures", "missing")}),
        ({"objects": {}}, {("/objects", "missing")}),
        ({"objects__lead": SMALL["objects"]["opportunity"]}, {("/objects/lead", "literal_error")}),
        ({"objects__opportunity__fields__name__transform": "upper"},
         {(f"{P}/fields/name/transform", "literal_error")}),
        ({"authentication__kinds": ["magic"]}, {("/authentication/kinds/0", "literal_error")}),
        ({"limits__requests": 0}, {("/limits/requests", "greater_than_equal")}),
        ({"limits__per_seconds": float("inf")}, {("/limits/per_seconds", "finite_number")}),
        ({f"{PAGE}__size": 10**9}, {(f"{P}/page/size", "less_than_equal")}),
        # where calls lead
        ({f"{PAGE}__path": "https://elsewhere.example/deals"}, {(f"{P}/page/path", "another_host")}),
        ({f"{PAGE}__path": "//elsewhere.example/deals"}, {(f"{P}/page/path", "another_host")}),
        ({f"{PAGE}__path": "/\\elsewhere.example"}, {(f"{P}/page/path", "another_host")}),
        ({f"{PAGE}__path": "{base_url}.elsewhere.example/x"}, {(f"{P}/page/path", "another_host")}),
        ({f"{PAGE}__path": "deals"}, {(f"{P}/page/path", "path_form")}),
        ({f"{PAGE}__path": "/a/../b"}, {(f"{P}/page/path", "path_form")}),
        ({f"{PAGE}__path": "/deals?all=1"}, {(f"{P}/page/path", "path_form")}),
        ({f"{PAGE}__path": "/deals\r\nX-Injected: 1"}, {(f"{P}/page/path", "path_form")}),
        ({"base_url": "http://api.tiny.example"}, {("/base_url", "address")}),
        ({"base_url": "https://user@api.tiny.example"}, {("/base_url", "address")}),
        ({"base_url": "https://[::1"}, {("/base_url", "address")}),
        ({"base_url": "^https://(a+)+$"}, {("/base_url", "bad_pattern")}),
        ({"base_url": ""}, set()),
        # templates
        ({f"{PAGE}__query__q": "{secret}"}, {(f"{P}/page/query/q", "unknown_variable")}),
        ({f"{PAGE}__body": {"a": [{"b": "{ids}"}]}, f"{PAGE}__method": "POST"},
         {(f"{P}/page/body/a/0/b", "unknown_variable")}),
        ({f"{PAGE}__body": {"...": "x{fields}"}, f"{PAGE}__method": "POST"},
         {(f"{P}/page/body/...", "template_form")}),
        ({f"{PAGE}__body": {"a": 1}}, {(f"{P}/page/body", "unexpected")}),
        ({"objects__opportunity__one__path": "/deals/7"}, {(f"{P}/one", "missing_variable")}),
        ({"objects__opportunity__some": {"path": "/deals"}}, {(f"{P}/some", "missing_variable")}),
        ({"objects__opportunity__changed": {"path": "/deals"}}, {(f"{P}/changed", "missing_variable")}),
        ({"objects__opportunity__one": ABSENT}, {(f"{P}/one", "missing")}),
        ({"variables__region": "eu", f"{PAGE}__path": "/{region}/deals"}, set()),
        ({"variables__cursor": "x"}, {("/variables/cursor", "reserved")}),
        # headers
        ({f"{PAGE}__headers__Host": "elsewhere.example"}, {(f"{P}/page/headers/Host", "reserved")}),
        ({f"{PAGE}__headers__Authorization": "x"}, {(f"{P}/page/headers/Authorization", "reserved")}),
        ({f"{PAGE}__headers__X-A": "a\r\nb: c"}, {(f"{P}/page/headers/X-A", "header_form")}),
        ({f"{PAGE}__headers": {"a b": "c"}}, {(f"{P}/page/headers/a b", "header_form")}),
        # paging
        ({f"{PAGING}__next": ""}, {(f"{P}/page/paging/next", "missing")}),
        ({f"{PAGE}__query": {}}, {(f"{P}/page", "missing_variable")}),
        ({f"{PAGING}__kind": "offset"},
         {(f"{P}/page", "missing_variable"), (f"{P}/page/query/cursor", "unknown_variable")}),
        ({f"{PAGING}__kind": "next_url", f"{PAGE}__query": {}}, set()),
        ({f"{PAGING}__kind": "next_url", f"{PAGING}__next": "", f"{PAGE}__query": {}},
         {(f"{P}/page/paging/next", "missing")}),
        ({f"{PAGING}__kind": "keyset", f"{PAGE}__query": {"after": "{last_id}"}}, set()),
        ({f"{PAGING}__kind": "keyset", f"{PAGE}__query": {"since": "{since}"},
          "objects__opportunity__modified": ABSENT}, {(f"{P}/modified", "missing")}),
        ({f"{PAGING}__delta": "link"}, {(f"{P}/page/paging/delta", "unexpected")}),
        ({f"{PAGE}__expired": ["410"]}, {(f"{P}/page/expired", "unexpected")}),
        ({f"{PAGE}__ties": {"path": "/ties", "query": {"after": "{last_id}"}}}, {(f"{P}/page/ties", "unexpected")}),
        ({"objects__opportunity__one__paging": {"kind": "next_url", "next": "n"}}, {(f"{P}/one/paging", "unexpected")}),
        # paths and fields
        ({f"{PAGE}__items": "a||b"}, {(f"{P}/page/items", "path_form")}),
        ({f"{PAGE}__items": "a.[b"}, {(f"{P}/page/items", "path_form")}),
        ({f"{PAGE}__items": ".".join("a" * 30)}, {(f"{P}/page/items", "path_form")}),
        ({f"{PAGE}__items": "a" * 501}, {(f"{P}/page/items", "string_too_long")}),
        ({"objects__opportunity__fields__name": {"path": ""}}, {(f"{P}/fields/name/path", "missing")}),
        ({"objects__opportunity__fields__name": {"path": "a", "constant": "b"}},
         {(f"{P}/fields/name/path", "unexpected")}),
        ({"objects__opportunity__fields__name": {"path": "a", "transform": "map"}},
         {(f"{P}/fields/name/values", "missing")}),
        ({"objects__opportunity__fields__name": {"path": "a", "values": {"b": "c"}}},
         {(f"{P}/fields/name/values", "unexpected")}),
        ({"objects__opportunity__fields__shoe_size": {"path": "a"}}, {(f"{P}/fields/shoe_size", "unknown_field")}),
        ({"objects__opportunity__fields__status": {"path": "s", "transform": "map", "values": {"W": "victory"}}},
         {(f"{P}/fields/status/values/W", "unknown_word")}),
        # events
        ({"events__object": {"path": "type"}}, {("/events/object/transform", "does_not_fit")}),
        ({"events__object__values": {"deal": "order"}}, {("/events/object/values/deal", "unknown_word")}),
        ({"events__change": {"path": "a", "transform": "map", "values": {"x/y": "gone"}}},
         {("/events/change/values/x~1y", "unknown_word")}),
        ({"events__data": "data"}, {("/events/data", "unexpected")}),
        # signatures
        ({f"{SIGNATURE}__name": ""}, {(f"{S}/name", "missing")}),
        ({f"{SIGNATURE}__signs": "{body}{colour}"}, {(f"{S}/signs", "unknown_variable")}),
        ({f"{SIGNATURE}__signs": "{timestamp}"}, {(f"{S}/signs", "missing_variable"), (f"{S}/signs", "does_not_fit")}),
        ({f"{SIGNATURE}__timestamp": "X-Time"}, {(f"{S}/signs", "does_not_fit")}),
        ({f"{SIGNATURE}__algorithm": "sha256"}, {(f"{S}/signs", "does_not_fit")}),
        ({f"{SIGNATURE}__algorithm": "equals"}, {(f"{S}/encoding", "does_not_fit")}),
        ({f"{SIGNATURE}__place": "path"}, {(f"{S}/place", "does_not_fit")}),
        ({f"{SIGNATURE}__signs": "{id}{body}"}, {(f"{S}/id", "missing")}),
        ({f"{SIGNATURE}__timestamp_list_key": "t", f"{SIGNATURE}__signs": "{timestamp}{body}"},
         {(f"{S}/list_key", "missing")}),
        ({f"{SIGNATURE}__older_seconds": 10**6}, {(f"{S}/older_seconds", "less_than_equal")}),
        ({f"{SIGNATURE}__decode_uri": ["%2"]}, {(f"{S}/decode_uri/0", "escape_form")}),
        # access and limits
        ({"authentication__kinds": []}, {("/authentication/kinds", "missing")}),
        ({"authentication__kinds": ["refresh_token"]}, {("/authentication/token_url", "missing")}),
        ({"authentication__token_url": "http://elsewhere.example"}, {("/authentication/token_url", "address")}),
        ({"authentication__token_url": "{colour}"}, {("/authentication/token_url", "unknown_variable"),
                                                     ("/authentication/token_url", "address")}),
        ({"authentication__token_header": "Bearer"}, {("/authentication/token_header", "missing_variable")}),
        ({"limits__daily_header": "X", "limits__daily_pattern": "(a+)+b"}, {("/limits/daily_pattern", "bad_pattern")}),
        ({"limits__daily_header": "X", "limits__daily_pattern": "(?P<used>\\d+)"},
         {("/limits/daily_pattern", "bad_pattern")}),
        ({"limits__daily_pattern": "(?P<left>\\d+)"}, {("/limits/daily_header", "missing")}),
        ({"answer": {"media_type": "text/xml\r\nX: 1", "body": ""}},
         {("/answer/media_type", "string_pattern_mismatch")}),
    ],
)  # fmt: skip
def test_every_fault_of_a_document_is_named(told, faults):
    assert faults_of(spoilt(**told)) == faults


def test_contacts_and_users_need_what_their_facts_need():
    told = {**SMALL["objects"]["opportunity"], "fields": {}}

    assert faults_of(spoilt(objects__contact=told, objects__user=told, objects__account=told)) == {
        ("/objects/contact/fields/name", "missing"),
        ("/objects/contact/fields/account", "missing"),
        ("/objects/user/fields/name", "missing"),
        ("/objects/user/fields/function", "missing"),
        ("/objects/account/fields/name", "missing"),
    }


def test_several_faults_are_told_together():
    told = spoilt(base_url="ftp://x", events__data="d", limits__daily_pattern="((")

    assert {pointer for pointer, _ in faults_of(told)} >= {"/base_url", "/events/data", "/limits/daily_pattern"}


def test_a_fault_says_where_it_is_in_the_request():
    with pytest.raises(UnusableConnector) as unusable:
        spec_of(spoilt(base_url="ftp://x"))

    assert [fault.pointer for fault in unusable.value.errors] == ["/connector/base_url"]


def test_a_document_has_a_size():
    rows = {f"word {n}": "x" for n in range(500)}
    large = spoilt(**{f"{PAGE}__body": ["x" * MOST_BYTES], f"{PAGE}__method": "POST"})
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]

    assert faults_of(large) == {("", "too_large")}
    assert faults_of(spoilt(**{f"{PAGE}__body": deep, f"{PAGE}__method": "POST"})) == {("", "too_large")}
    stage = {"path": "s", "transform": "map", "values": rows}
    assert faults_of(spoilt(objects__opportunity__fields__stage=stage)) == set()
    rows["one more"] = "x"
    assert faults_of(spoilt(objects__opportunity__fields__stage=stage)) == {
        (f"{P}/fields/stage/values", "too_many_entries")
    }


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
places = st.sampled_from(
    ["title", "base_url", "authentication", "authentication__token_url", "signatures", "signatures__hmac__signs",
     "events", "events__change", "objects", "objects__opportunity__fields", "objects__opportunity__page__paging",
     "objects__opportunity__page__path", "objects__opportunity__page__body", "limits", "variables", "answer", "test"]
)  # fmt: skip


@given(st.dictionaries(places, anything, max_size=2))
def test_whatever_is_posted_is_a_connector_or_is_refused_with_its_faults(changes):
    whole = {
        place: value for place, value in changes.items() if not any(p != place and place.startswith(p) for p in changes)
    }
    told = spoilt(**whole)

    if not faults_of(told):
        assert spec_of(told).provider == "custom"


def _is_below(place, other):
    return place != other and place.startswith(other)
