"""Webhook secrets: which are good, until when, and what a new one looks like."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.connectors import CONNECTORS
from app.crm.core.spec import Signature
from app.crm.core.webhook_secrets import (
    Secret,
    good,
    made_secret,
    rotated,
    secret_problem,
    secrets_document,
    secrets_from,
    takes_ours,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
RANDOM = bytes(range(32))


def test_the_secret_before_is_good_until_the_overlap_ends():
    secrets = rotated([Secret("old")], "new", NOON, DAY)

    assert good(secrets, NOON) == ["new", "old"]
    assert good(secrets, NOON + DAY - timedelta(microseconds=1)) == ["new", "old"]
    assert good(secrets, NOON + DAY) == ["new"]


def test_without_an_overlap_the_secret_before_is_good_no_more():
    assert good(rotated([Secret("leaked")], "new", NOON, timedelta(0)), NOON) == ["new"]


def test_a_shorter_overlap_ends_earlier_ones_too():
    """Who rotates at once since a secret leaked does not want an older one to live on."""
    twice = rotated(rotated([Secret("first")], "second", NOON, 7 * DAY), "third", NOON, DAY)

    assert good(twice, NOON) == ["third", "second", "first"]
    assert good(twice, NOON + DAY) == ["third"]


def test_a_longer_overlap_does_not_lengthen_an_earlier_one():
    twice = rotated(rotated([Secret("first")], "second", NOON, DAY), "third", NOON, 7 * DAY)

    assert good(twice, NOON + DAY) == ["third", "second"]


def test_going_back_to_the_secret_before_leaves_it_once_and_without_an_end():
    back = rotated(rotated([Secret("a")], "b", NOON, DAY), "a", NOON, DAY)

    assert good(back, NOON) == ["a", "b"]
    assert good(back, NOON + 2 * DAY) == ["a"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 168), st.integers(0, 400)), max_size=8))
def test_the_newest_secret_is_always_good_and_none_outlives_a_week(steps):
    secrets: list[Secret] = []
    now = NOON
    for text, overlap_hours, pause_hours in steps:
        now += timedelta(hours=pause_hours)
        secrets = rotated(secrets, text, now, timedelta(hours=overlap_hours))
        assert good(secrets, now)[0] == text
        assert good(secrets, now + 7 * DAY) == [text]
        assert len({one.text for one in secrets}) == len(secrets)
    assert secrets_from(secrets_document(secrets)) == secrets


def test_a_secret_does_not_show_itself():
    assert "canary" not in repr(Secret("canary"))


@pytest.mark.parametrize(
    ("signature", "secret"),
    [
        (Signature("equals", "path"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
        (Signature("equals", "basic"), "kap:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
        (Signature("hmac-sha256", key="hex"), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
        (
            Signature("hmac-sha256", key="base64", key_prefix="whsec_"),
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ),
    ],
)
def test_a_new_secret_has_the_form_that_its_scheme_asks_for(signature, secret):
    assert made_secret(signature, RANDOM) == secret
    assert secret_problem(signature, secret) is None


def test_push_has_a_secret_of_standard_webhooks():
    (standard, *_) = CONNECTORS["push"].signatures.values()

    made = made_secret(standard, RANDOM)

    assert made.startswith("whsec_")
    assert b64decode(made.removeprefix("whsec_")) == RANDOM


def test_a_secret_that_the_sender_has_is_not_made_by_us():
    signs = next(iter(CONNECTORS["hubspot"].signatures.values()))
    assert not takes_ours(CONNECTORS["hubspot"], signs)
    for provider in ("push", "pipedrive", "salesforce", "dynamics"):
        assert takes_ours(CONNECTORS[provider], next(iter(CONNECTORS[provider].signatures.values()))), provider


@pytest.mark.parametrize(
    ("signature", "text"),
    [
        (Signature("equals", "basic"), "no colon in it"),
        (Signature("hmac-sha256", key="hex"), "not hex"),
        (Signature("hmac-sha256", key="base64", key_prefix="whsec_"), "whsec_***"),
    ],
)
def test_a_secret_of_another_form_is_refused_without_being_repeated(signature, text):
    problem = secret_problem(signature, text)

    assert problem is not None
    assert text not in problem
