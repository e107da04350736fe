"""Sealing: what is sealed opens only where it was sealed for, and keys can be replaced one after the other."""

import stat
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infra.sealing import KeyRing, NotOpened, SealingKeysUnusable, key_ring, ring_from
from app.infra.settings import Settings

OLD, NEW = b64encode(bytes(range(32))).decode(), b64encode(bytes(range(32, 64))).decode()
RING = ring_from(f"old:{OLD}")
ABOUT = ("tenant", "connection", "credentials")


def without_keys(tmp_path, **given) -> Settings:
    return Settings(data_dir=tmp_path / "data", sealing_keys=None, **given)


@given(st.binary(max_size=200), st.lists(st.text(st.characters(exclude_characters="|")), min_size=1, max_size=4))
def test_what_was_sealed_opens_where_it_was_sealed_for(plain, about):
    about = [part.encode("utf-8", "replace").decode() for part in about]

    sealed = RING.seal(plain, *about)

    assert RING.open(sealed, *about) == plain
    assert len(plain) < 4 or plain not in sealed


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("other tenant", "connection", "credentials"),
        ("tenant", "other connection", "credentials"),
        ("tenant", "connection", "tokens"),
        ("tenant", "connection"),
        ("tenant", "connection", "credentials", ""),
    ],
)
def test_what_was_sealed_for_one_place_does_not_open_in_another(elsewhere):
    sealed = RING.seal(b"a secret", *ABOUT)

    with pytest.raises(NotOpened):
        RING.open(sealed, *elsewhere)


def test_two_places_cannot_be_told_by_the_same_words():
    """Were parts joined as they are, ("a|b", "c") and ("a", "b|c") would be one place."""
    with pytest.raises(ValueError, match="without"):
        RING.seal(b"a secret", "a|b", "c")
    with pytest.raises(ValueError, match="about something"):
        RING.seal(b"a secret")


@given(st.data())
def test_whatever_is_changed_in_it_it_stays_shut(data):
    sealed = RING.seal(b"a secret", *ABOUT)
    place = data.draw(st.integers(0, len(sealed) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = sealed[:place] + bytes([sealed[place] ^ (1 << bit)]) + sealed[place + 1 :]

    with pytest.raises(NotOpened):
        RING.open(changed, *ABOUT)


@given(st.binary(max_size=60))
def test_what_was_never_sealed_is_refused_and_breaks_nothing(noise):
    with pytest.raises(NotOpened):
        RING.open(noise, *ABOUT)


def test_the_same_secret_is_never_sealed_alike():
    assert len({RING.seal(b"a secret", *ABOUT) for _ in range(100)}) == 100


def test_a_new_first_key_seals_and_the_old_one_still_opens():
    sealed = RING.seal(b"a secret", *ABOUT)
    both = ring_from(f"new:{NEW}, old:{OLD}")

    assert not both.is_current(sealed)
    anew = both.seal(both.open(sealed, *ABOUT), *ABOUT)
    assert both.is_current(anew)
    assert ring_from(f"new:{NEW}").open(anew, *ABOUT) == b"a secret"
    with pytest.raises(NotOpened):
        ring_from(f"new:{NEW}").open(sealed, *ABOUT)


def test_a_key_under_the_name_of_another_opens_nothing_of_it():
    with pytest.raises(NotOpened):
        ring_from(f"old:{NEW}").open(RING.seal(b"a secret", *ABOUT), *ABOUT)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "key 1 has no name"),
        (OLD, "key 1 has no name"),
        (f"a:{OLD},{NEW}", "key 2 has no name"),
        (f":{OLD}", "key 1 has no name"),
        ("a:", "has 0 bytes instead of 32"),
        (f"a:{b64encode(bytes(31)).decode()}", "has 31 bytes instead of 32"),
        (f"a:{b64encode(bytes(64)).decode()}", "has 64 bytes instead of 32"),
        ("a:not base64 at all", "not base64"),
        ("a:näh", "not base64"),
        (f"a:{OLD},a:{NEW}", "two keys are named a"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_by_the_name_of_their_setting(text, why):
    with pytest.raises(SealingKeysUnusable, match=f"KAP_SEALING_KEYS: .*{why}") as refused:
        ring_from(text)

    for secret in (OLD, NEW):
        assert secret not in str(refused.value)


def test_keys_in_either_alphabet_of_base64_are_the_same_key():
    key = bytes([255, 254, 253] * 10 + [1, 2])
    sealed = ring_from(f"k:{b64encode(key).decode()}").seal(b"x", *ABOUT)

    assert ring_from(f"k:{urlsafe_b64encode(key).decode()}").open(sealed, *ABOUT) == b"x"


def test_a_ring_does_not_show_its_keys():
    assert repr(RING) == "KeyRing(first='old')"


def test_a_database_of_ones_own_needs_keys_of_ones_own(tmp_path):
    settings = without_keys(tmp_path, database_url="postgresql://somewhere/kap")

    with pytest.raises(SealingKeysUnusable, match="KAP_SEALING_KEYS is not set"):
        key_ring(settings)
    assert not (tmp_path / "data").exists()


def test_the_embedded_database_brings_a_key_that_lasts(tmp_path):
    settings = without_keys(tmp_path)

    sealed = key_ring(settings).seal(b"a secret", *ABOUT)

    assert key_ring(settings).open(sealed, *ABOUT) == b"a secret"
    (file,) = (tmp_path / "data").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("sealing-keys", 0o600)


def test_processes_that_start_together_have_the_same_key(tmp_path):
    settings = without_keys(tmp_path)
    with ThreadPoolExecutor(16) as pool:
        rings: list[KeyRing] = list(pool.map(key_ring, [settings] * 16))

    assert {ring.open(rings[0].seal(b"x", *ABOUT), *ABOUT) for ring in rings} == {b"x"}
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["sealing-keys"]


def test_a_key_file_that_was_spoilt_is_refused_by_its_name(tmp_path):
    settings = without_keys(tmp_path)
    settings.data_dir.mkdir()
    (settings.data_dir / "sealing-keys").write_text("first:gone\n")

    with pytest.raises(SealingKeysUnusable, match=r"data/sealing-keys: key 1 \(first\)"):
        key_ring(settings)


def test_a_second_key_may_stand_on_a_line_of_its_own_in_the_file(tmp_path):
    settings = without_keys(tmp_path)
    before = key_ring(settings).seal(b"a secret", *ABOUT)
    path = settings.data_dir / "sealing-keys"
    path.write_text(f"second:{NEW}\n{path.read_text()}")

    ring = key_ring(settings)

    assert (ring.first, ring.open(before, *ABOUT)) == ("second", b"a secret")
