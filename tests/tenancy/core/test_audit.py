"""What the audit log keeps of a request: no secrets, nothing large, and what it was about."""

import string
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tenancy.core.audit import HIDDEN, MAX_BYTES, About, about, is_secret, kept

SECRET = "s3cr3t"  # what must not be found again
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=700),
    lambda inner: st.lists(inner, max_size=25) | st.dictionaries(st.text(max_size=120), inner, max_size=60),
    max_leaves=40,
)


@pytest.mark.parametrize(
    "name",
    [
        "credentials", "secret", "webhook_secret", "client_secret", "token", "refresh_token", "access_token",
        "password", "Authorization", "api_key", "apikey", "private_key", "signature", "passphrase", "tokens",
    ],
)  # fmt: skip
def test_what_would_let_its_reader_in_is_hidden_wherever_it_stands(name):
    assert is_secret(name)
    said = {"name": "x", name: SECRET, "deep": [{name: {"inner": [SECRET]}}]}

    shown = kept(said)

    assert SECRET not in str(shown)
    assert shown == {"name": "x", name: HIDDEN, "deep": [{name: HIDDEN}]}


@pytest.mark.parametrize("name", ["key", "metric_key", "keyword", "token_url"])
def test_what_only_sounds_like_a_secret_is_shown(name):
    assert kept({name: "goal_fit"}) == {name: "goal_fit"}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/hook?code=s3cr3t", f"https://a.example/hook?{HIDDEN}"),
        ("https://ada:s3cr3t@a.example/hook", f"https://a.example/hook?{HIDDEN}"),
        ("HTTPS://a.example/#s3cr3t", f"HTTPS://a.example/?{HIDDEN}"),
        ("https://a.example/hook", "https://a.example/hook"),
        ("why? because", "why? because"),
    ],
)
def test_of_an_address_only_the_address_is_shown(url, shown):
    assert kept({"url": url}) == {"url": shown}


def test_what_is_many_is_counted_and_what_is_long_is_cut():
    said = {
        "items": [{"name": "x"}] * 1000,
        "few": list(range(20)),
        "shares": {str(n): n for n in range(51)},
        "note": "x" * 501,
    }

    assert kept(said) == {
        "items": {"count": 1000},
        "few": list(range(20)),
        "shares": {"count": 51},
        "note": "x" * 500 + "…",
    }


def test_what_is_still_too_large_is_told_by_its_names():
    said = {name: ["x" * 500] * 20 for name in string.ascii_lowercase[:3]}

    assert kept(said) == {"omitted": ["a", "b", "c"]}


@given(said=JSON)
def test_nothing_larger_than_it_may_be_is_ever_kept(said):
    shown = kept(said)

    assert (shown is None) == (not isinstance(said, dict) or not said)
    assert len(orjson.dumps(shown)) <= MAX_BYTES


A, B, C = (uuid4() for _ in range(3))


@pytest.mark.parametrize(
    ("path", "answer", "made", "of_accounts", "found"),
    [
        ({}, {"id": str(A)}, True, True, About(A, A)),  # an account is made
        ({"account_id": str(B)}, {"id": str(A)}, True, False, About(A, B)),  # something below an account is made
        ({}, {"id": str(A), "account_id": str(B)}, True, False, About(A, B)),
        ({"account_id": str(A), "goal_id": str(B)}, None, False, False, About(B, A)),  # removed
        ({"review_id": str(A), "party": "supplier"}, {"id": str(C)}, False, False, About(A, None)),
        ({"source": "crm", "external_id": "1"}, {"id": str(A)}, False, True, About(A, A)),
        ({}, [1], False, False, About()),
        ({"name": "x" * 36}, {"id": 5, "account_id": None}, True, False, About()),
    ],
)
def test_a_change_is_about_what_was_made_or_else_what_the_path_names_last(path, answer, made, of_accounts, found):
    assert about(path, answer, made=made, of_accounts=of_accounts) == found
    assert all(each is None or isinstance(each, UUID) for each in (found.subject_id, found.account_id))
