"""Texts are kept up to a number of bytes; the ones longest unused go first."""

from hypothesis import given
from hypothesis import strategies as st

from app.infra.kept_texts import OVERHEAD_BYTES, KeptTexts


def test_what_was_kept_is_there_and_what_was_not_is_not():
    texts = KeptTexts()
    texts.keep(("tenant", "score"), b"text")
    assert texts.get(("tenant", "score")) == b"text"
    assert texts.get(("other", "score")) is None


def test_the_one_longest_unused_goes_first():
    texts = KeptTexts(2 * (OVERHEAD_BYTES + 10))
    texts.keep("a", b"0123456789")
    texts.keep("b", b"0123456789")
    texts.get("a")
    texts.keep("c", b"0123456789")
    assert [texts.get(key) is not None for key in "abc"] == [True, False, True]


def test_a_text_larger_than_all_room_is_not_kept():
    texts = KeptTexts(100)
    texts.keep("a", b"0" * 1000)
    assert (texts.get("a"), texts.size_bytes) == (None, 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2000))))
def test_its_size_is_that_of_what_it_holds_and_never_above_its_limit(kept):
    texts = KeptTexts(5000)
    for key, length in kept:
        texts.keep(key, bytes(length))
        assert texts.size_bytes <= 5000
    held = [texts.get(key) for key in range(10)]
    assert texts.size_bytes == sum(len(text) + OVERHEAD_BYTES for text in held if text is not None)
