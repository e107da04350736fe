"""Strict JSON takes what RFC 8259 has, and nothing that would make trouble later."""

import json
import math

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.infra.strict_json import MAX_DEPTH, NotJson, NulCharacter, RepeatedKey, TooDeep, loads
from app.kernel.errors import Malformed

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8) | st.sampled_from(
    ["a:b", '":', "{", "}", "[[", ":", "\\", '\\"', "\\u003a", "é", "😀", "a"]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=30
)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def has_repeated_key(body):
    repeated = []

    def pairs(found):
        repeated.append(len({key for key, _ in found}) < len(found))
        return dict(found)

    json.loads(body, object_pairs_hook=pairs)
    return any(repeated)


@given(values, st.booleans(), st.sampled_from([None, 1]))
def test_every_value_comes_back_as_it_was_written(value, ascii_only, indent):
    assert loads(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()) == value


@given(st.binary(max_size=60))
@example(b"\xef\xbb\xbf1")
@example(b"1e400")
@example(b"[1e400]")
@example(b"-")
@example(b'{"a":1e-400}')
def test_arbitrary_bytes_are_refused_or_read_as_the_standard_library_reads_them(body):
    try:
        value = loads(body)
    except Malformed as refused:
        assert str(refused)  # noqa: PT017
        return
    assert value == json.loads(body)


@given(
    st.lists(
        st.sampled_from(
            ['"a"', '"b"', ":", ",", "{", "}", "[", "]", "1", " ", "\n", '"\\u003a"', '":"', '"\\u0061"', '"{"']
        )
    ).map("".join)
)
@settings(max_examples=400)
def test_tokens_in_any_order_are_refused_or_read_as_the_standard_library_reads_them(text):
    body = text.encode()
    try:
        expected, repeated = json.loads(body), has_repeated_key(body)
    except ValueError:
        with pytest.raises(NotJson):
            loads(body)
        return
    if repeated:
        with pytest.raises(RepeatedKey):
            loads(body)
    else:
        assert loads(body) == expected


def as_json(value, key_writer):
    """`value` as JSON, in which a list of pairs stands for an object."""
    if isinstance(value, tuple):
        return "{" + ",".join(f"{key_writer(key)}:{as_json(inner, key_writer)}" for key, inner in value) + "}"
    return json.dumps(value)


pairs = st.recursive(
    scalars,
    lambda inner: st.lists(st.tuples(st.sampled_from(["a", "b", ":", "a:", '"', "é"]), inner), max_size=3).map(tuple),
    max_leaves=12,
)


@given(pairs, st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_a_key_twice_is_refused_however_it_is_written(value, random):
    def key_writer(key):
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
        return random.choice([json.dumps(key), json.dumps(key, ensure_ascii=False), f'"{escaped}"'])

    body = as_json(value, key_writer).encode()
    if has_repeated_key(body):
        with pytest.raises(RepeatedKey):
            loads(body)
    else:
        assert loads(body) == json.loads(body)


@given(st.integers(1, 60), st.randoms(use_true_random=False), st.booleans())
def test_just_32_arrays_and_objects_may_stand_inside_one_another(levels, random, filled):
    value = [1] if filled else []
    for _ in range(levels - 1):
        value = random.choice([[value], {"k": value}, ["]", value, "["], {"a": [], "k": value}])
    body = json.dumps(value).encode()
    assert depth(value) == levels
    if levels > MAX_DEPTH:
        with pytest.raises(TooDeep):
            loads(body)
    else:
        assert loads(body) == value


@pytest.mark.parametrize("levels", [33, 254, 255, 1024, 1025, 1_000_000])
def test_depth_is_refused_without_a_crash(levels):
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        with pytest.raises(Malformed):
            loads(opening * levels + b"1" + closing * levels)


@pytest.mark.parametrize(
    ("body", "refusal", "detail"),
    [
        (b'{"a":1,\n "a":2}', RepeatedKey, "a key is there a second time in its object (line 2, column 2)"),
        (b'{"a":"x\\u0000"}', NulCharacter, "no text may hold the character \\u0000 (line 1, column 8)"),
        (b'["\\\\\\u0000"]', NulCharacter, "no text may hold the character \\u0000 (line 1, column 5)"),
    ],
)
def test_a_refusal_says_where(body, refusal, detail):
    with pytest.raises(refusal) as refused:
        loads(body)
    assert refused.value.detail == detail


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert loads(b'["\\\\u0000"]') == ["\\u0000"]


@pytest.mark.parametrize(
    "literal", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 400, '"\\ud800"', '"\\udc00\\ud800"']
)
def test_what_cannot_be_kept_is_refused(literal):
    with pytest.raises(NotJson):
        loads(f'{{"a":{literal}}}'.encode())


def test_integers_beyond_64_bits_are_finite_floats():
    found = loads(b"[18446744073709551615, 18446744073709551616, -9223372036854775809]")

    assert [type(number) for number in found] == [int, float, float]
    assert all(math.isfinite(number) for number in found)


@given(
    st.sampled_from(["secret", "4711"]).flatmap(
        lambda mark: st.tuples(st.just(mark), st.text('{}[]:,"\\ x0', max_size=12))
    )
)
def test_no_refusal_repeats_the_body(marked):
    mark, noise = marked
    try:
        loads(f'{{"{mark}":"{noise}","{mark}":1}}'.encode())
    except Malformed as refused:
        assert mark not in refused.detail  # noqa: PT017
    else:
        pytest.fail("the key is there twice")


def test_the_gauge_of_depth_is_what_orjson_writes():
    """Pins what the depth check relies on: it fails when a new orjson nests otherwise."""
    value: list[object] = []
    for _ in range(253):
        value = [value]
    assert orjson.dumps(value)
    with pytest.raises(orjson.JSONEncodeError):
        orjson.dumps([value])
