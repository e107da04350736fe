import pytest

from app.crm.core.hiding import kept_body
from app.crm.core.spec import Signature
from tests.conftest import SHARED

SIGNED = Signature("hmac-sha256", name="x-signature")
IN_THE_BODY = Signature("equals", place="body", name="token", encoding="text")
MESSAGE = SHARED / "fixtures" / "payloads" / "salesforce" / "outbound_message_contact_x2.xml"


def test_a_body_is_kept_as_it_came():
    assert kept_body(SIGNED, ["secret"], b'{"note": "secret"}') == b'{"note": "secret"}'


def test_a_secret_that_is_shown_in_the_body_is_not_kept_be_it_the_old_or_the_new_one():
    for told in ("old-one", "new-one"):
        assert (
            kept_body(IN_THE_BODY, ["new-one", "old-one", ""], f'{{"token":"{told}"}}'.encode()) == b'{"token":"***"}'
        )


@pytest.mark.skipif(not MESSAGE.exists(), reason="the recorded messages are not here")
def test_of_an_outbound_message_all_is_kept_but_its_session():
    body = MESSAGE.read_bytes()
    session = body.partition(b"<SessionId>")[2].partition(b"</SessionId>")[0]

    kept = kept_body(SIGNED, [], body)

    assert session
    assert kept == body.replace(session, b"***")
