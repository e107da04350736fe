"""What a browser holds: it comes back as it was written, and nothing else does."""

import string
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.console.core.tokens import SECRET_BYTES, SessionToken, read
from app.kernel.ids import TenantId

TOKENS = st.builds(
    SessionToken, st.uuids().map(TenantId), st.uuids(), st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)
)


@given(TOKENS, TOKENS)
def test_a_token_is_read_back_and_matches_its_own_digest_alone(token, other):
    assert read(token.text) == token
    assert token.matches(token.digest)
    assert token.matches(other.digest) == (token == other)


@given(TOKENS, st.integers(0, 85), st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_whatever_is_changed_in_a_token_makes_it_none_or_another(token, place, letter):
    changed = token.text[:place] + letter + token.text[place + 1 :]

    found = read(changed)

    assert found is None or (found == token) == (changed == token.text)
    assert found is None or found.matches(token.digest) == (changed == token.text)


@given(st.one_of(st.none(), st.text(max_size=100)))
def test_any_text_is_read_without_an_error(text):
    found = read(text)
    assert found is None or found.text == text


def test_forms_are_signed_by_the_session_and_do_not_tell_its_secret():
    mine = SessionToken(TenantId(UUID(int=1)), UUID(int=2), bytes(SECRET_BYTES))
    other = SessionToken(TenantId(UUID(int=1)), UUID(int=2), bytes(31) + b"\x01")

    assert mine.signs(mine.form_token)
    assert not mine.signs(other.form_token)
    assert not mine.signs("")
    assert not mine.signs("ü" * 64)
    assert mine.form_token not in {mine.text, mine.digest.hex()}
