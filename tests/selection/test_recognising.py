"""A model that is sent again is recognised; the answer is the one that whoever reads all of it would give."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infra import strict_json
from app.kernel.errors import Malformed
from app.selection.core.answer import Context
from app.selection.service.recognising import score_recognised
from app.selection.service.scoring import Sent, score_sent, sent_model
from tests.selection.ground import MODEL

ACCOUNT = {"ref": "a", "inputs": {"goal_fit": 4, "future_spend": 100}}
ODD_MODEL = {**MODEL, "name": 'a name with ,"accounts":[ in it, and \\" too'}


def by_reading_all(body):
    document = strict_json.loads(body)
    sent = [Sent(one.get("ref"), one["inputs"]) for one in document["accounts"]]
    results = score_sent(sent_model(document["model"]), sent, Context())
    return orjson.loads(orjson.dumps({"model_id": None, "model_version": None, "results": results}))


@pytest.mark.parametrize("model", [MODEL, ODD_MODEL], ids=["plain", "odd"])
@pytest.mark.parametrize("write", [orjson.dumps, lambda value: json.dumps(value).encode()], ids=["compact", "spaced"])
@pytest.mark.parametrize("account", [ACCOUNT, {"inputs": {}}, {"inputs": {"goal_fit": None}, "ref": None}])
def test_it_is_scored_as_if_all_of_it_were_read(write, account, model):
    body = write({"model": model, "accounts": [account]})
    for _ in range(2):  # the first time it is new
        answer = score_recognised(body)
        assert answer is not None
        assert orjson.loads(answer) == by_reading_all(body)


LEFT = {
    "the model comes last": orjson.dumps({"accounts": [ACCOUNT], "model": MODEL}),
    "a second account": orjson.dumps({"model": MODEL, "accounts": [ACCOUNT, ACCOUNT]}),
    "no account": orjson.dumps({"model": MODEL, "accounts": []}),
    "no object": orjson.dumps({"model": MODEL, "accounts": [1]}),
    "another field": orjson.dumps({"model": MODEL, "accounts": [ACCOUNT], "extra": 1}),
    "another field before": orjson.dumps({"extra": 1, "model": MODEL, "accounts": [ACCOUNT]}),
    "another field of the account": orjson.dumps({"model": MODEL, "accounts": [{**ACCOUNT, "extra": 1}]}),
    "no inputs": orjson.dumps({"model": MODEL, "accounts": [{"ref": "a"}]}),
    "a value to remark on": orjson.dumps({"model": MODEL, "accounts": [{"inputs": {"goal_fit": 9}}]}),
    "a name to be trimmed": orjson.dumps({"model": MODEL, "accounts": [{**ACCOUNT, "ref": " a"}]}),
    "a long name": orjson.dumps({"model": MODEL, "accounts": [{**ACCOUNT, "ref": "a" * 256}]}),
    "no model": orjson.dumps({"model": None, "accounts": [ACCOUNT]}),
    "a model to be refused": orjson.dumps({"model": {"criteria": []}, "accounts": [ACCOUNT]}),
    "an id": orjson.dumps({"model_id": "x", "accounts": [ACCOUNT]}),
    "the model twice": orjson.dumps({"model": MODEL, "accounts": [ACCOUNT]})[:-1] + b',"model":{}}',
    "accounts twice": orjson.dumps({"model": MODEL, "accounts": [ACCOUNT]})[:-1] + b',"accounts":[]}',
    "more behind it": orjson.dumps({"model": MODEL, "accounts": [ACCOUNT]}) + b"{}",
    "accounts inside the model": orjson.dumps({"model": {"criteria": [], "accounts": [ACCOUNT]}}),
    "half of it": orjson.dumps({"model": MODEL, "accounts": [ACCOUNT]})[:-2],
    "a list": orjson.dumps([{"model": MODEL, "accounts": [ACCOUNT]}]),
    "nothing": b"",
    "only that": b',"accounts":[',
}


@pytest.mark.parametrize("body", LEFT.values(), ids=LEFT)
def test_whatever_else_comes_is_left_to_the_route(body):
    assert score_recognised(body) is None


WHOLE = orjson.dumps({"model": MODEL, "accounts": [ACCOUNT]})


@given(at=st.integers(0, len(WHOLE)), piece=st.sampled_from([b'"', b"\\", b",", b"}", b"[", b'"accounts":[', b"\xff"]))
def test_a_body_that_was_spoilt_anywhere_is_never_taken_for_another(at, piece):
    body = WHOLE[:at] + piece + WHOLE[at:]
    answer = score_recognised(body)
    try:
        strict_json.loads(body)
    except Malformed:
        assert answer is None
    else:
        assert answer is None or orjson.loads(answer) == by_reading_all(body)
