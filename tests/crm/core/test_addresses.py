"""Where calls may go, and where deliveries come."""

import pytest

from app.crm.connectors import CONNECTORS
from app.crm.core.addresses import address_problem, base_url_problem, delivering_to, fixed_base_url
from app.crm.core.spec import Signature


@pytest.mark.parametrize(
    "url",
    [
        "https://api.hubapi.com",
        "https://acme.my.salesforce.com",
        "https://acme.my.salesforce.com:8443",
        "https://xn--bcher-kva.example/api/v2",
        "HTTPS://Api.Example.COM",
    ],
)
def test_public_addresses_may_be_called(url):
    assert address_problem(url, loopback=False) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "http://api.example.com",
        "ftp://api.example.com",
        "https://",
        "https://localhost",
        "https://crm",
        "https://crm.internal",
        "https://crm.local",
        "https://127.0.0.1",
        "https://169.254.169.254/latest",
        "https://2130706433",
        "https://0x7f000001",
        "https://[::1]",
        "https://[64:ff9b::a9fe:a9fe]",
        "https://8.8.8.8",
        "https://user:password@api.example.com",
        "https://api.example.com@evil.example",
        "https://api.example.com?next=evil",
        "https://api.example.com#part",
        "https://api.example.com:99999",
        "https://api.example.com:0",
        "https://api.example.com\\@evil.example",
        "https://api.example.com\nHost: evil.example",
        "https://api. example.com",
        "https://.example.com",
        "https://[",
    ],
)
def test_other_addresses_are_refused(url):
    assert address_problem(url, loopback=False) is not None


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8123", True),
        ("http://localhost:8123/api", True),
        ("https://[::1]:8123", True),
        ("http://127.0.0.2:8123", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example.com", False),
        ("http://user@127.0.0.1", False),
    ],
)
def test_this_machine_is_called_only_where_that_is_set(url, allowed):
    assert (address_problem(url, loopback=True) is None) == allowed
    assert address_problem(url, loopback=False) is not None


def test_a_connection_leads_to_its_crm_and_nowhere_else():
    hubspot, salesforce = CONNECTORS["hubspot"], CONNECTORS["salesforce"]

    assert base_url_problem(hubspot, "https://api.hubapi.com", loopback=False) is None
    assert base_url_problem(hubspot, "https://api.hubapi.com.evil.example", loopback=False) is not None
    assert base_url_problem(salesforce, "https://acme.my.salesforce.com", loopback=False) is None
    assert base_url_problem(salesforce, "https://acme.my.salesforce.com.evil.example", loopback=False) is not None
    assert base_url_problem(salesforce, "https://evil.example/.my.salesforce.com", loopback=False) is not None


def test_a_crm_with_one_address_for_all_needs_none():
    assert fixed_base_url(CONNECTORS["hubspot"]) == "https://api.hubapi.com"
    assert fixed_base_url(CONNECTORS["salesforce"]) is None
    assert fixed_base_url(CONNECTORS["push"]) is None


def test_an_address_that_holds_the_secret_is_told_whole():
    url = "https://kap.example/v1/crm/webhooks/1"
    assert delivering_to(url, Signature("equals", "path"), "a/b") == f"{url}/a%2Fb"
    assert delivering_to(url, Signature("equals", "query", "code"), "a&b") == f"{url}?code=a%26b"
    assert delivering_to(url, Signature("hmac-sha256", "header", "X-Signature"), "a") is None
