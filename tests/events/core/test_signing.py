"""Signatures of messages: as the standard's own library takes them, and as the specification alone has them."""

import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.events.core.signing import headers

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + b64encode(bytes(range(32, 64))).decode()
ID = "01a2036d-aa8e-71be-84a7-74bd73644851"
EARLY, LATE = datetime(1971, 1, 1), datetime(2199, 1, 1)  # noqa: DTZ001  # the zone is drawn beside them
BODY = '{"name":"Müller & Söhne"}'.encode()


def expected(secret, timestamp, body=BODY):
    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.new(key, f"{ID}.{timestamp}.".encode() + body, sha256).digest()).decode()


def test_the_example_of_the_specification_is_signed_as_it_is_there():
    """Standard Webhooks, specification, "Example" of the reference libraries (Svix, "Verifying manually")."""
    told = headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        datetime.fromtimestamp(1614265330, UTC),
    )
    assert told == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_the_library_of_the_standard_takes_what_either_secret_signed(secret):
    told = headers([SECRET, OTHER], ID, BODY, datetime.now(UTC))
    assert Webhook(secret).verify(BODY, told) == {"name": "Müller & Söhne"}


def test_the_library_refuses_another_secret_another_body_and_another_id():
    told = headers([SECRET], ID, BODY, datetime.now(UTC))
    for webhook, body, changed in (
        (Webhook(OTHER), BODY, {}),
        (Webhook(SECRET), BODY + b" ", {}),
        (Webhook(SECRET), BODY, {"webhook-id": "another"}),
    ):
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body, told | changed)


@given(st.datetimes(EARLY, LATE), st.integers(-14 * 60, 14 * 60), st.binary(max_size=9))
def test_a_message_is_signed_by_the_second_at_which_it_is_sent_whatever_the_zone(naive, minutes, more):
    body = BODY + more.hex().encode()
    now = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    timestamp = (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)

    told = headers([SECRET, OTHER], ID, body, now)

    assert told["webhook-timestamp"] == str(timestamp)
    assert told["webhook-signature"] == f"{expected(SECRET, timestamp, body)} {expected(OTHER, timestamp, body)}"
    assert told["webhook-id"] == ID


def test_a_time_without_a_zone_and_an_id_with_a_full_stop_are_refused():
    with pytest.raises(ValueError, match="zone"):
        headers([SECRET], ID, BODY, datetime(2026, 3, 1))  # noqa: DTZ001  # that is what is refused
    with pytest.raises(ValueError, match="full stop"):
        headers([SECRET], "a.b", BODY, datetime.now(UTC))
