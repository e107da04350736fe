import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tenancy.core import keys
from app.tenancy.core.scopes import SCOPES, allows

RANDOM = st.binary(min_size=38, max_size=38)


@given(RANDOM)
def test_a_key_is_read_back_as_it_was_made(random_bytes):
    key = keys.made_from(random_bytes)

    assert keys.read(key.text) == key
    assert key.text.startswith(f"kap_live_{key.public_id}_")
    assert len(key.text) == len("kap_live_") + 8 + 1 + 43 + 1 + 6
    assert key.matches(key.digest)


@given(RANDOM, st.integers(0, 67), st.sampled_from(string.printable))
def test_a_typing_error_shows_before_anybody_is_asked(random_bytes, place, typed):
    text = keys.made_from(random_bytes).text
    mistyped = text[:place] + typed + text[place + 1 :]

    assert (keys.read(mistyped) is None) == (mistyped != text)


@given(RANDOM)
def test_what_opens_one_door_is_no_key_to_another(random_bytes):
    key = keys.made_from(random_bytes, "kap_guest")

    assert keys.shown(f"Bearer {key.text}", "kap_guest") == key
    assert keys.shown(f"Bearer {key.text}") is None
    assert keys.read(keys.made_from(random_bytes).text, "kap_guest") is None
    assert keys.shown(key.text, "kap_guest") is None


@given(RANDOM, RANDOM)
def test_no_other_key_has_the_digest(one, other):
    first, second = keys.made_from(one), keys.made_from(other)

    assert first.matches(second.digest) == (one == other)


@given(st.text(max_size=90))
def test_any_other_text_is_no_key(text):
    assert keys.read(text) is None


@pytest.mark.parametrize("size", [0, 37, 39])
def test_a_key_needs_all_its_random_bytes(size):
    with pytest.raises(ValueError, match="38"):
        keys.made_from(bytes(size))


@pytest.mark.parametrize(
    ("granted", "needed", "allowed"),
    [
        (["admin"], "accounts:write", True),
        (["accounts:*"], "accounts:write", True),
        (["accounts:*"], "accounts:read", True),
        (["accounts:write"], "accounts:write", True),
        (["accounts:write"], "accounts:read", False),
        (["accounts:read"], "accounts:write", False),
        (["selection:*"], "accounts:read", False),
        (["accounts:*"], "admin", False),
        (["admin"], "admin", True),
        ([], None, True),
        ([], "accounts:read", False),
    ],
)
def test_a_scope_allows_what_it_names_and_no_more(granted, needed, allowed):
    assert allows(granted, needed) is allowed


@given(st.sets(st.sampled_from(sorted(SCOPES - {"admin"}))))
def test_without_admin_nothing_allows_what_needs_admin(granted):
    assert not allows(granted, "admin")
