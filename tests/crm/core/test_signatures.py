import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.crm.core.delivery import Delivery
from app.crm.core.signatures import UntrustedDelivery, verify
from app.crm.core.spec import Signature
from tests.crm.core.senders import (
    ATTIO,
    CLOSE,
    DYNAMICS,
    HUBSPOT_V1,
    HUBSPOT_V2,
    HUBSPOT_V3,
    NAMED_CREDENTIAL,
    PAIRS,
    PAYLOADS,
    PIPEDRIVE,
    SALESFORCE,
    STANDARD,
    URI,
    ZOHO,
    a_delivery,
)

NOW = datetime(2026, 6, 25, 7, 19, 34, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SCHEMES = [
    HUBSPOT_V3, HUBSPOT_V2, HUBSPOT_V1, STANDARD, CLOSE, ATTIO, ZOHO, PIPEDRIVE, DYNAMICS, SALESFORCE, NAMED_CREDENTIAL,
    PAIRS,
]  # fmt: skip


def is_trusted(signature, secrets, delivery, uri=URI, now=NOW) -> bool:
    try:
        verify(signature, secrets, delivery, uri, now)
    except UntrustedDelivery:
        return False
    return True


def vectors(path: str):
    file = PAYLOADS / path
    if not file.exists():
        pytest.skip("the recorded payloads are not here")
    return json.loads(file.read_text())


def a_standard_one(body=b"{}", secret=SECRET, seconds=0, timestamp=None, **headers):
    """A Standard Webhooks delivery signed so many seconds from now, by the reference's own words."""
    told = timestamp if timestamp is not None else str(int((NOW + timedelta(seconds=seconds)).timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = base64.b64encode(hmac.new(key, b"msg_1." + told.encode() + b"." + body, hashlib.sha256).digest()).decode()
    shown = {"webhook_id": "msg_1", "webhook_timestamp": told, "webhook_signature": f"v1,{proof}"}
    return a_delivery(body, **(shown | headers))


# Published vectors


def test_hubspots_published_signatures_are_trusted():
    scheme = {"v1": HUBSPOT_V1, "v2": HUBSPOT_V2, "v3": HUBSPOT_V3}
    for vector in vectors("hubspot/signature_vectors.json"):
        name = "X-HubSpot-Signature-v3" if vector["version"] == "v3" else "X-HubSpot-Signature"
        headers = {name: vector["signature"]}
        now = NOW
        if vector["timestamp"]:
            headers["X-HubSpot-Request-Timestamp"] = vector["timestamp"]
            now = datetime.fromtimestamp(int(vector["timestamp"]) / 1000, UTC)
        delivery = a_delivery(vector["body"].encode(), method=vector["method"], **headers)

        assert is_trusted(scheme[vector["version"]], [vector["client_secret"]], delivery, vector["uri"] or "", now)
        assert not is_trusted(scheme[vector["version"]], ["another"], delivery, vector["uri"] or "", now)


def test_standard_webhooks_published_signatures_are_trusted():
    for vector in vectors("standardwebhooks/vectors.json"):
        delivery = a_delivery(
            vector["body"].encode(),
            webhook_id=vector["webhook_id"],
            webhook_timestamp=vector["webhook_timestamp"],
            webhook_signature=vector["signature"],
        )
        now = datetime.fromtimestamp(int(vector["webhook_timestamp"]), UTC)

        assert is_trusted(STANDARD, [vector["secret"]], delivery, now=now)
        assert not is_trusted(STANDARD, [vector["secret"]], replace(delivery, body=delivery.body + b" "), now=now)


def test_closes_and_attios_signatures_are_trusted():
    close, attio = vectors("close/signature_vector_derived.json"), vectors("attio/signature_vector_derived.json")
    now = datetime.fromtimestamp(1544271440, UTC)

    assert is_trusted(
        CLOSE, [close["signature_key_hex"]], a_delivery(close["raw_body"].encode(), **close["headers"]), now=now
    )
    assert is_trusted(ATTIO, [attio["secret"]], a_delivery(attio["raw_body"].encode(), **attio["headers"]))


def test_zohos_token_in_the_body_is_trusted_and_another_is_not():
    body = json.dumps(vectors("zoho/leads_update_captured.json")).encode()

    assert is_trusted(ZOHO, ["c3504777-db15-4332-8286-478a1b5006bc"], a_delivery(body))
    assert not is_trusted(ZOHO, ["c3504777-db15-4332-8286-478a1b5006bd"], a_delivery(body))
    assert not is_trusted(ZOHO, ["c3504777-db15-4332-8286-478a1b5006bc"], a_delivery(body[:-1]))


# Secrets that are shown


def test_a_shown_secret_is_trusted_where_it_belongs_and_nowhere_else():
    basic = base64.b64encode("kämp:pass:word".encode()).decode()

    assert is_trusted(PIPEDRIVE, ["kämp:pass:word"], a_delivery(Authorization=f"Basic {basic}"))
    assert is_trusted(PIPEDRIVE, ["kämp:pass:word"], a_delivery(Authorization=f"basic {basic}"))
    assert is_trusted(DYNAMICS, ["s3cret"], a_delivery(query={"code": ["s3cret"]}))
    assert is_trusted(SALESFORCE, ["s3cret"], a_delivery(secret_part="s3cret"))
    assert is_trusted(NAMED_CREDENTIAL, ["s3cret"], a_delivery(Authorization="Bearer s3cret"))
    for scheme in (PIPEDRIVE, DYNAMICS, SALESFORCE, NAMED_CREDENTIAL):
        for delivery in (
            a_delivery(),
            a_delivery(Authorization="s3cret", query={"Code": ["s3cret"], "token": ["s3cret"]}),
            a_delivery(Authorization=["Bearer s3cret", "Bearer s3cret"], query={"code": ["s3cret", "s3cret"]}),
            a_delivery(Authorization="Basic czNjcmU=", query={"code": ["S3cret"]}, secret_part="s3cre"),
        ):
            assert not is_trusted(scheme, ["s3cret", "a:b"], delivery)


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic ", "Basic !!", "Basic YTp", "Digest YTpi", "YTpi", "Basic YTpjo"]
)
def test_basic_credentials_that_are_missing_or_broken_are_refused(header):
    assert not is_trusted(PIPEDRIVE, ["a:b"], a_delivery(Authorization=header))


def test_no_secret_and_an_empty_one_trust_nobody():
    empty = hmac.new(b"", b"{}", hashlib.sha256).hexdigest()
    for secrets in ([], [""]):
        assert not is_trusted(ATTIO, secrets, a_delivery(Attio_Signature=empty))
        assert not is_trusted(HUBSPOT_V1, secrets, a_delivery(X_HubSpot_Signature=hashlib.sha256(b"{}").hexdigest()))
        assert not is_trusted(SALESFORCE, secrets, a_delivery(secret_part=""))
        assert not is_trusted(DYNAMICS, secrets, a_delivery(query={"code": [""]}))


# The named cases


def test_a_signature_over_json_written_anew_is_refused():
    body = b'{"name": "M\xc3\xbcller",  "amount": 1.50}'
    delivery = a_standard_one(body)

    assert is_trusted(STANDARD, [SECRET], delivery)
    assert not is_trusted(STANDARD, [SECRET], replace(delivery, body=json.dumps(json.loads(body)).encode()))


@pytest.mark.parametrize(("seconds", "trusted"), [(-301, False), (-300, True), (-299, True), (299, True), (301, False)])
def test_a_signature_is_trusted_within_five_minutes_either_way(seconds, trusted):
    assert is_trusted(STANDARD, [SECRET], a_standard_one(seconds=seconds)) == trusted


@pytest.mark.parametrize(("seconds", "trusted"), [(-301, False), (-299, True), (59, True), (61, False)])
def test_hubspots_signature_may_be_a_minute_ahead(seconds, trusted):
    told = str(int((NOW.timestamp() + seconds) * 1000))
    proof = base64.b64encode(hmac.digest(b"s", f"POST{URI}{{}}{told}".encode(), "sha256")).decode()
    delivery = a_delivery(b"{}", X_HubSpot_Signature_v3=proof, X_HubSpot_Request_Timestamp=told)

    assert is_trusted(HUBSPOT_V3, ["s"], delivery) == trusted


@pytest.mark.parametrize(
    "timestamp",
    [
        "nan", "inf", "1e400", "1e9", "", " ", "-1", "+1782371974", "1782371974.0", "0x6a3cd2c6", "१७८२३७१९७४",
        "9" * 400, "1782371974 ",
    ],
)  # fmt: skip
def test_a_timestamp_that_is_not_one_is_refused_however_well_it_is_signed(timestamp):
    assert not is_trusted(STANDARD, [SECRET], a_standard_one(timestamp=timestamp))


def test_a_header_that_is_sent_twice_shows_nothing():
    good = a_standard_one()
    for name in ("webhook-timestamp", "webhook-signature", "webhook-id"):
        twice = {**good.headers, name: [*good.headers[name], *good.headers[name]]}
        none = {key: value for key, value in good.headers.items() if key != name}

        assert not is_trusted(STANDARD, [SECRET], replace(good, headers=twice))
        assert not is_trusted(STANDARD, [SECRET], replace(good, headers=none))


def test_one_signature_that_fits_among_others_is_enough_up_to_twenty():
    (good,) = a_standard_one().headers["webhook-signature"]

    for shown, trusted in {
        f"v1a,xyz v1,AAAA v1,%%% {good}": True,
        f"{good} {good}": True,
        " ".join(["v1,AAAA"] * 19 + [good]): True,
        " ".join(["v1,AAAA"] * 99 + [good]): False,
        good.replace("v1,", "v2,"): False,
        good.removeprefix("v1,"): False,
        good.replace(",", ""): False,
        good[:-3]: False,
        f"{good}!": False,
        "v1," + "A" * 1_000_000: False,
        "v1,": False,
        "": False,
    }.items():
        assert is_trusted(STANDARD, [SECRET], a_standard_one(webhook_signature=shown)) == trusted, shown[:60]


def test_the_old_secret_is_trusted_as_long_as_it_is_given_and_no_longer():
    delivery = a_standard_one(secret=OTHER_SECRET)

    assert is_trusted(STANDARD, [SECRET, OTHER_SECRET], delivery)
    assert not is_trusted(STANDARD, [SECRET], delivery)
    assert is_trusted(STANDARD, ["whsec_not base64!", "ä", OTHER_SECRET], delivery)


def test_a_signature_made_for_another_address_is_refused():
    told = str(int(NOW.timestamp() * 1000))
    proof = base64.b64encode(hmac.digest(b"s", f"POST{URI}{{}}{told}".encode(), "sha256")).decode()
    delivery = a_delivery(b"{}", X_HubSpot_Signature_v3=proof, X_HubSpot_Request_Timestamp=told, Host="evil.example")

    assert is_trusted(HUBSPOT_V3, ["s"], delivery)
    assert not is_trusted(HUBSPOT_V3, ["s"], delivery, "https://kam.example.com/v1/crm/webhooks/0191")


def test_hubspots_escapes_are_undone_once_before_the_address_is_signed():
    told = str(int(NOW.timestamp() * 1000))
    signed = f"POSThttps://kam.example.com/h?a=:/&b=%20%253A@{{}}{told}".encode()
    proof = base64.b64encode(hmac.digest(b"s", signed, "sha256")).decode()
    delivery = a_delivery(b"{}", X_HubSpot_Signature_v3=proof, X_HubSpot_Request_Timestamp=told)

    assert is_trusted(HUBSPOT_V3, ["s"], delivery, "https://kam.example.com/h?a=%3A%2f&b=%20%253A%40")


def test_a_list_of_pairs_holds_the_time_and_the_signature():
    told = str(int(NOW.timestamp()))
    proof = hmac.new(b"s", f"{told}.{{}}".encode(), hashlib.sha256).hexdigest()

    for shown, trusted in {
        f"t={told},v1={proof}": True,
        f"t={told}, v0=00, v1={'0' * 64}, v1={proof.upper()}": True,
        f"v1={proof}": False,
        f"t={told},t={told},v1={proof}": False,
        f"t={int(told) + 1},v1={proof}": False,
        f"t={told},v0={proof}": False,
    }.items():
        assert is_trusted(PAIRS, ["s"], a_delivery(X_Signature=shown)) == trusted, shown


def test_braces_in_a_body_or_an_id_are_not_slots():
    body = b"{timestamp}{secret}{body}{nonsense}"

    assert is_trusted(STANDARD, [SECRET], a_standard_one(body))


def test_a_template_with_a_slot_that_nobody_knows_trusts_nobody():
    scheme = replace(ATTIO, signs="{body}{nonce}")

    assert not is_trusted(scheme, ["s"], a_delivery(Attio_Signature=hmac.new(b"s", b"{}", "sha256").hexdigest()))


def test_the_path_that_is_signed_is_that_of_the_public_address():
    scheme = replace(ATTIO, signs="{path}{body}")
    proof = hmac.new(b"s", b"/kap/v1/crm/webhooks/0190{}", "sha256").hexdigest()

    assert is_trusted(
        scheme, ["s"], a_delivery(Attio_Signature=proof), "https://kam.example.com/kap/v1/crm/webhooks/0190"
    )


def test_every_refusal_reads_the_same():
    told = set()
    for scheme in SCHEMES:
        with pytest.raises(UntrustedDelivery) as refused:
            verify(scheme, ["s"], a_delivery(b"nothing"), URI, NOW)
        told.add((refused.value.detail, refused.value.__cause__, refused.value.__context__))

    assert told == {("the delivery is not trusted", None, None)}


# Properties


def changed(text: bytes, place: int, by: int) -> bytes:
    place %= len(text)
    return text[:place] + bytes([(text[place] + by) % 256]) + text[place + 1 :]


@given(body=st.binary(min_size=1), place=st.integers(0), by=st.integers(1, 255))
def test_a_body_with_one_other_byte_is_refused(body, place, by):
    delivery = a_standard_one(body)

    assert is_trusted(STANDARD, [SECRET], delivery)
    assert not is_trusted(STANDARD, [SECRET], replace(delivery, body=changed(body, place, by)))


@given(body=st.binary(), secret=st.text(min_size=1), place=st.integers(0), by=st.integers(1, 255))
def test_a_secret_with_one_other_byte_is_refused(body, secret, place, by):
    delivery = a_delivery(body, Attio_Signature=hmac.new(secret.encode(), body, "sha256").hexdigest())
    other = changed(secret.encode(), place, by).decode("utf-8", "ignore")

    assert is_trusted(ATTIO, [secret], delivery)
    # HMAC fills a short key up with zeros: those at its end are the one change that changes nothing.
    if other.rstrip("\0") != secret.rstrip("\0"):
        assert not is_trusted(ATTIO, [other], delivery)


@given(seconds=st.integers(-300, 300), other=st.integers(-300, 300))
def test_a_timestamp_other_than_the_signed_one_is_refused(seconds, other):
    delivery = a_standard_one(seconds=seconds)
    told = {**delivery.headers, "webhook-timestamp": [str(int(NOW.timestamp()) + other)]}

    assert is_trusted(STANDARD, [SECRET], replace(delivery, headers=told)) == (seconds == other)


headers = st.dictionaries(
    st.sampled_from(
        ["authorization", "webhook-id", "webhook-timestamp", "webhook-signature", "x-signature", "attio-signature",
         "x-hubspot-signature-v3", "x-hubspot-signature", "x-hubspot-request-timestamp", "close-sig-hash",
         "close-sig-timestamp"]
    ),
    st.lists(
        st.text()
        | st.just(str(int(NOW.timestamp())))
        | st.from_regex(r"(Basic |v1,|t=1782371974,v1=)[A-Za-z0-9+/=]*", fullmatch=True),
        max_size=2,
    ),
)  # fmt: skip


@given(
    scheme=st.sampled_from(SCHEMES),
    delivery=st.builds(
        Delivery,
        method=st.text(),
        path=st.text(),
        query=st.dictionaries(st.just("code"), st.lists(st.text(), max_size=2)),
        headers=headers,
        body=st.binary() | st.from_regex(rb'\{"token": .*\}', fullmatch=True),
        secret_part=st.text(),
    ),
    secrets=st.lists(st.text() | st.just(SECRET), max_size=2),
    uri=st.text() | st.just("https://[::1/"),
)
@example(SALESFORCE, Delivery("POST", "", {}, {}, b"", "\ud800"), ["\ud800"], URI)
@example(ZOHO, Delivery("POST", "", {}, {}, b"[" * 100_000), ["s"], URI)
def test_whatever_is_sent_is_trusted_or_refused_and_nothing_else(scheme, delivery, secrets, uri):
    verdict = is_trusted(scheme, secrets, delivery, uri)

    # Chance signs nothing; a shown secret may be met.
    assert not verdict or scheme.algorithm == "equals"


@given(st.builds(Signature, st.sampled_from(["hmac-sha256", "sha256"]), name=st.just("x-signature"), signs=st.text()))
def test_a_scheme_with_any_template_refuses_a_proof_of_zeros(scheme):
    assert not is_trusted(scheme, ["s"], a_delivery(X_Signature="0" * 64))
