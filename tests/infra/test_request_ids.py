"""The request's id and trace are taken from its headers if well formed."""

import asyncio

import pytest

from app.infra.request_ids import Facts, current, facts_of, serving

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_a_well_formed_id_is_kept_and_any_other_replaced():
    assert facts_of([(b"x-request-id", b"Ab.9_-")]).request_id == "Ab.9_-"
    for bad in (b"", b"a b", b"a\n", b"\xff", b"a" * 129, b"a;b"):
        made = facts_of([(b"x-request-id", bad)]).request_id
        assert len(made) == 36
        assert made != bad.decode("latin-1")


@pytest.mark.parametrize("value", [TRACE, TRACE.replace(b"00-4", b"cc-4") + b"-what-comes-later"])
def test_a_trace_is_taken(value):
    facts = facts_of([(b"traceparent", value)])

    assert facts.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert facts.traceparent == value.decode()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"garbage",
        TRACE.upper(),
        TRACE + b"-more",
        b"ff" + TRACE[2:],
        TRACE + b"\n",
        TRACE.replace(b"00f067aa0ba902b7", b"0" * 16),
        TRACE.replace(b"4bf92f3577b34da6a3ce929d0e0e4736", b"0" * 32),
        TRACE[:-1],
        b"cc" + TRACE[2:] + b"-" + b"x" * 5000,
    ],
)
def test_a_malformed_trace_is_as_none(value):
    assert facts_of([(b"traceparent", value)]).trace_id is None


async def test_facts_belong_to_the_work_in_hand_and_to_what_it_starts():
    async def other():
        current().key_id = "k"

    with serving(Facts(request_id="r", job="rescore")) as facts:
        assert current() is facts
        await asyncio.create_task(other())
        assert facts.key_id == "k"
    assert current().request_id == ""
