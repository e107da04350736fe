"""Addresses that others name: which are refused by what they say, before any call."""

import pytest

from app.infra.outgoing import address_problem


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.acme.example/kap",
        "https://hooks.acme.example:8443/kap?room=3",
        "https://8.8.8.8/kap",
        "https://[2606:4700:4700::1111]/kap",
        "https://b\u00fccher.example/kap",
    ],
)
def test_public_addresses_are_permitted(url):
    assert address_problem(url, loopback=False) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.acme.example",
        "http://hooks.acme.example/kap",
        "ftp://hooks.acme.example/kap",
        "https://user@hooks.acme.example/",
        "https://user:password@hooks.acme.example/",
        "https://hooks.acme.example/#part",
        "https://hooks.acme.example/#",
        "https://hooks.acme.example:25/",
        "https://hooks.acme.example:99999/",
        "https://hooks.acme.example/a b",
        "https://hooks.acme.example/\n",
        "https://localhost/",
        "https://intranet/",
        "https://crm.internal/",
        "https://crm.internal./",
        "https://crm.local/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",  # NAT64 of 169.254.169.254
        "https://[2002:a9fe:a9fe::]/",  # 6to4 of the same
        "https://2130706433/",  # 127.0.0.1 as one number
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://\u2460\u2461\u2466.0.0.1/",  # digits in circles
        "https://hooks.acme.example\\@127.0.0.1/",
    ],
)
def test_other_addresses_are_refused(url):
    assert address_problem(url, loopback=False) is not None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/x", "http://localhost/x", "https://[::1]:8443/x"])
def test_this_machine_is_permitted_where_that_is_set_and_nowhere_else(url):
    assert address_problem(url, loopback=True) is None
    assert address_problem(url, loopback=False) is not None


@pytest.mark.parametrize("url", ["http://hooks.acme.example/", "https://10.0.0.1/", "http://169.254.169.254/"])
def test_no_other_machine_is_permitted_more_where_this_one_is(url):
    assert address_problem(url, loopback=True) is not None
