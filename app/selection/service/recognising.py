"""Recognises the model that a caller sends again and again, so that of its next request only the account is read.

A plugin sends one account at a time and the same model with each, which is most of the body: read, checked and looked
up anew, it costs more than scoring does. Only what is plain in every respect is answered here; whatever else comes is
left to the route, which says what is wrong with it.
"""

from functools import lru_cache
from typing import Any

import orjson

from app.infra import strict_json
from app.kernel.errors import Invalid, Malformed
from app.selection.core.alone import Alone, of_one_sent
from app.selection.service.scoring import sent_model

# As compact writers of JSON have it, and as others do.
_ACCOUNTS_FOLLOW = (b',"accounts":[', b', "accounts": [')
_LONGEST_MODEL, _LONGEST_ACCOUNT = 16 * 1024, 32 * 1024  # what is longer is read once, by the route
_LONGEST_REF, _MOST_INPUTS = 255, 500
_BEFORE, _BEHIND = b'{"model_id":null,"model_version":null,"results":[', b"]}"


def score_recognised(body: bytes) -> bytes | None:
    """The answer to one account that came with its model, or None where anything about it has to be looked at.

    The text before the accounts is a whole JSON object but for its end, and so is the text behind it but for its
    beginning: each is as strict JSON as the body is, and a key of the one is none of the other.
    """
    end = _end_of_model(body)
    short = 0 < end <= _LONGEST_MODEL and len(body) - end <= _LONGEST_ACCOUNT
    alone = _model_of(body[:end]) if short else None
    sent = None if alone is None else _the_one_sent(b"{" + body[end + 1 :])
    if alone is None or sent is None:
        return None
    ref, inputs = sent
    codes = alone.read(inputs)
    if codes is None:
        return None
    return _BEFORE + orjson.dumps(of_one_sent(ref, alone.answer(codes, alone.utilities(codes)))) + _BEHIND


def _end_of_model(body: bytes) -> int:
    """Where the accounts follow, -1 where they do not. Within a text there is no quote without a backslash."""
    compact, spaced = _ACCOUNTS_FOLLOW
    end = body.find(compact)
    return end if end >= 0 else body.find(spaced)


@lru_cache(maxsize=256)
def _model_of(head: bytes) -> Alone | None:
    """The model that a body begins with, None where it begins with anything else, or with one to be refused."""
    try:
        document = strict_json.loads(head + b"}")
        return sent_model(document["model"]) if document.keys() == {"model"} and document["model"] else None
    except (Malformed, Invalid):
        return None


def _the_one_sent(text: bytes) -> tuple[str | None, dict[str, Any]] | None:
    """The name and inputs of the only account in `{"accounts": [{...}]}`."""
    try:
        document = strict_json.loads(text)
    except Malformed:
        return None
    accounts = document["accounts"]
    if len(document) != 1 or len(accounts) != 1 or type(accounts[0]) is not dict:
        return None
    account: dict[str, Any] = accounts[0]
    ref, inputs = account.get("ref"), account.get("inputs")
    if len(account) != 1 + ("ref" in account) or type(inputs) is not dict or len(inputs) > _MOST_INPUTS:
        return None
    if ref is not None and (type(ref) is not str or len(ref) > _LONGEST_REF or ref != ref.strip()):
        return None
    return ref, inputs
