"""The addresses of a connection: where calls may go, and where deliveries come."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from app.crm.core.connection import Connection
from app.crm.core.spec import ConnectorSpec, Signature

WEBHOOKS = "/v1/crm/webhooks/"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LOCAL_ENDS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE)


def address_problem(url: str, *, loopback: bool) -> str | None:
    """Why calls may not go to the address; None where they may.

    It is https to a public name, without user, query or fragment; with `loopback` also http(s) to this machine. Where
    the name leads is checked anew at each call.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "is not an address"
    if not url.isprintable() or " " in url or "\\" in url:
        return "is not an address"
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment or port == 0:
        return "must have neither user nor query nor fragment"
    if loopback and parts.scheme in {"http", "https"} and host in _LOOPBACK:
        return None
    return _public_problem(parts, host)


def _public_problem(parts: SplitResult, host: str) -> str | None:
    if parts.scheme != "https":
        return "must begin with https://"
    try:
        ip_address(host)
    except ValueError:
        return None if _NAME.fullmatch(host) and not host.endswith(_LOCAL_ENDS) else "must have a public host name"
    return "must have a public host name"


def base_url_problem(spec: ConnectorSpec, url: str, *, loopback: bool) -> str | None:
    """Why `url` cannot be the base of calls to this CRM; None where it can.

    With `loopback` a CRM of one known address (or form of addresses) may be stood in for by one on this machine.
    """
    problem = address_problem(url, loopback=loopback)
    if problem is not None:
        return problem
    # A custom connector's own pattern binds nobody: whoever sends it sends the address too.
    if spec.provider == "custom" or (loopback and urlsplit(url).hostname in _LOOPBACK):
        return None
    if spec.base_url.startswith("^"):
        return None if re.fullmatch(spec.base_url, url) else f"must be of the form {spec.base_url}"
    return None if not spec.base_url or url == spec.base_url.rstrip("/") else f"must be {spec.base_url}"


def fixed_base_url(spec: ConnectorSpec) -> str | None:
    """The one base that all connections to this CRM have; None where each has its own."""
    return None if spec.base_url.startswith("^") or not spec.base_url else spec.base_url.rstrip("/")


def webhook_url(public_url: str, connection: Connection) -> str:
    """The address that the CRM delivers to, as it knows it: the connection's own setting, else below `public_url`."""
    return connection.settings.public_url or f"{public_url.rstrip('/')}{WEBHOOKS}{connection.id}"


def delivering_to(url: str, signature: Signature, secret: str) -> str | None:
    """The address with the secret in it, where the scheme has it there; else None."""
    if signature.place == "path":
        return f"{url}/{quote(secret, safe='')}"
    return f"{url}?{signature.name}={quote(secret, safe='')}" if signature.place == "query" else None


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a CRM puts a path below them; empty for an empty one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
