"""Deliveries in SOAP: what XML can do beyond a notification is refused, and long ones are taken whole."""

import asyncio

import pytest

from tests.crm.delivering import an_inlet, kept
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP

SECRET_FILE = "file:///etc/passwd"
NOTIFICATION = """<Notification><Id>04l{number:015}</Id><sObject xsi:type="sf:Opportunity"
 xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>006{number:012}</sf:Id></sObject></Notification>"""
ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>{before}
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>{organization}</OrganizationId>
{inside}</notifications></soapenv:Body></soapenv:Envelope>"""
ORGANIZATION = "00D000000000001EAA"

EXTERNAL_ENTITY = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{SECRET_FILE}">]>'
EXTERNAL_DTD = f'<!DOCTYPE r SYSTEM "{SECRET_FILE}">'
LAUGHS = (
    "<!DOCTYPE r [<!ENTITY l0 'ha'>"
    + "".join(f"<!ENTITY l{depth} '{f'&l{depth - 1};' * 10}'>" for depth in range(1, 12))
    + "]>"
)
QUADRATIC = f"<!DOCTYPE r [<!ENTITY x '{'a' * 50_000}'>]>"


def message(*, before="", inside="", organization=ORGANIZATION) -> bytes:
    return ENVELOPE.format(before=before, inside=inside, organization=organization).encode()


def notifications(count: int) -> str:
    return "".join(NOTIFICATION.format(number=number) for number in range(count))


async def delivered(anyone, inlet, body: bytes):
    """The answer, which has to come within seconds: no entity is worked out."""
    async with asyncio.timeout(5):
        return await anyone.post(
            f"{inlet.path}/{inlet.secret}", content=body, headers={"content-type": "text/xml; charset=utf-8"}
        )


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        pytest.param(EXTERNAL_ENTITY, NOTIFICATION.format(number=1).replace("006", "&x;"), id="external entity"),
        pytest.param(EXTERNAL_DTD, notifications(1), id="external document type"),
        pytest.param(LAUGHS, "<Notification><Id>&l11;</Id></Notification>", id="billion laughs"),
        pytest.param(QUADRATIC, "<Notification><Id>" + "&x;" * 1_000 + "</Id></Notification>", id="quadratic blowup"),
        pytest.param("<!DOCTYPE r>", notifications(1), id="any document type"),
    ],
)
async def test_case_24_entities_are_refused_unread(database, tenant, anyone, before, inside):
    inlet = await an_inlet(database, tenant, "salesforce")

    answer = await delivered(anyone, inlet, message(before=before, inside=inside))

    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_delivery")
    assert "root:" not in answer.text
    assert await kept(database, inlet) == []


async def test_case_25_more_than_a_hundred_notifications_are_all_taken(database, tenant, anyone):
    inlet = await an_inlet(database, tenant, "salesforce")

    answer = await delivered(anyone, inlet, message(inside=notifications(250)))

    assert (answer.status_code, "<Ack>true</Ack>" in answer.text) == (200, True)
    assert len(await kept(database, inlet)) == len(await kept(database, inlet, "crm_hints")) == 250


async def test_a_message_that_is_sent_again_out_of_order_has_no_second_effect(database, tenant, anyone):
    inlet = await an_inlet(database, tenant, "salesforce")
    one, other = (message(inside=NOTIFICATION.format(number=number)) for number in (1, 2))

    for body in (one, other, one):
        assert (await delivered(anyone, inlet, body)).status_code == 200

    assert len(await kept(database, inlet)) == 2


@pytest.mark.parametrize(
    ("named", "status"), [(ORGANIZATION, 200), (ORGANIZATION[:15], 200), ("00D000000000009EAA", 401)]
)
async def test_the_organization_that_a_message_names_has_to_be_the_connections(database, tenant, anyone, named, status):
    inlet = await an_inlet(database, tenant, "salesforce", organization_id=ORGANIZATION)

    answer = await delivered(anyone, inlet, message(inside=notifications(1), organization=named))

    assert answer.status_code == status
    assert len(await kept(database, inlet)) == (status == 200)


async def test_the_secret_path_is_needed(database, tenant, anyone):
    inlet = await an_inlet(database, tenant, "salesforce")

    for path in (inlet.path, f"{inlet.path}/wrong", f"{inlet.path}/{inlet.secret}x"):
        assert (await anyone.post(path, content=message(inside=notifications(1)))).status_code == 401
    assert (await anyone.post(f"{inlet.path}/{inlet.secret}/more", content=b"")).status_code == 404
