"""Where forms may come from, and where nobody is led."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.console.core.origins import HOME, from_own_page, own_path, secure_cookie, unsafe_transport


@pytest.mark.parametrize("path", ["/console", "/console/ranking", "/console/ranking?q=a%20b&as_of=2026-01-31"])
def test_pages_of_the_console_are_led_back_to(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "/", "/v1/accounts", "//evil.example", "/console//evil.example", "https://evil.example/console",
        "/\\evil.example", "/console\\..\\x", "/consolexyz", "/console/ranking\nSet-Cookie: a=b", "/console/sign-out",
        "/console/@evil.example", "/console/ranking#x", "/console/" + "a" * 2000,
    ],
)  # fmt: skip
def test_nobody_is_led_anywhere_else(path):
    assert own_path(path) == HOME


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_asked_for_the_path_stays_in_the_console(before, after):
    for asked in (before, f"/console{before}", f"/console/{before}?{after}"):
        found = own_path(asked)
        assert found == HOME or found.startswith(("/console/", "/console?"))
        assert "//" not in found.partition("?")[0]


HOST = "kap.example:8443"


@pytest.mark.parametrize(
    ("fetch_site", "origin", "trusted"),
    [
        ("same-origin", None, True),
        ("same-origin", f"https://{HOST}", True),
        ("same-site", f"https://{HOST}", False),
        ("cross-site", f"https://{HOST}", False),
        ("none", None, False),
        (None, f"https://{HOST}", True),
        (None, "https://KAP.example:8443", True),
        (None, "https://kap.example", False),
        (None, "https://evil.example", False),
        (None, "null", False),
        (None, "", False),
        (None, None, False),
    ],
)
def test_a_form_comes_from_a_page_of_ours(fetch_site, origin, trusted):
    assert from_own_page(fetch_site=fetch_site, origin=origin, host=HOST) is trusted


def test_a_key_is_not_taken_over_plain_http_but_on_ones_own_machine():
    assert unsafe_transport("http://kap.example")
    assert not unsafe_transport("https://kap.example")
    assert not unsafe_transport("http://127.0.0.1:8000")
    assert not unsafe_transport("http://localhost:8000")
    assert not unsafe_transport(None)


def test_the_cookie_travels_over_https_alone_but_on_ones_own_machine():
    assert secure_cookie(scheme="https", hostname="localhost")
    assert secure_cookie(scheme="http", hostname="kap.example")
    assert not secure_cookie(scheme="http", hostname="127.0.0.1")
