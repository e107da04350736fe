"""The secrets of an endpoint: the present one signs first, those before it for their time."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

from app.events.core.secrets import MOST, Secret, good, made_secret, rotated, secrets_document, secrets_from

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_secret_is_its_bytes_in_base64_after_the_prefix_of_the_standard():
    assert b64decode(made_secret(bytes(range(32))).removeprefix("whsec_"), validate=True) == bytes(range(32))


def test_the_secret_before_signs_until_the_overlap_is_over_and_not_at_its_end():
    both = rotated([Secret("old")], "new", NOW, DAY)

    assert good(both, NOW + DAY - timedelta(microseconds=1)) == ["new", "old"]
    assert good(both, NOW + DAY) == ["new"]


def test_a_secret_that_is_known_to_others_stops_at_once():
    assert good(rotated([Secret("old")], "new", NOW, timedelta(0)), NOW) == ["new"]


def test_an_overlap_gives_no_secret_more_time_than_it_had():
    first = rotated([Secret("a")], "b", NOW, timedelta(hours=1))

    assert good(rotated(first, "c", NOW, DAY), NOW + timedelta(hours=1)) == ["c", "b"]
    assert good(rotated(first, "c", NOW, timedelta(0)), NOW) == ["c"]


def test_however_often_it_is_rotated_few_sign():
    secrets = [Secret("0")]
    for number in range(1, 20):
        secrets = rotated(secrets, str(number), NOW, DAY)

    assert good(secrets, NOW) == ["19", "18", "17", "16", "15"]
    assert len(secrets) == MOST


def test_secrets_are_kept_as_they_are():
    both = rotated([Secret("old")], "new", NOW, DAY)

    assert secrets_from(secrets_document(both)) == both
