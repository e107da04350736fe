"""Where requests of a browser may come from, and where a page may lead it."""

import re
from urllib.parse import urlsplit

HOME = "/console"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OWN = re.compile(r"/console(/[A-Za-z0-9._~-]+)*(\?[A-Za-z0-9._~&=%+:,-]*)?")
_MAX_PATH = 1000


def own_path(path: str | None) -> str:
    """`path` where it is a page of the console, which somebody may be led back to; else the first page.

    Whatever a browser could read as another host (two slashes, a backslash, a scheme) is none of ours.
    """
    if path is None or len(path) > _MAX_PATH or not _OWN.fullmatch(path) or path.startswith("/console/sign-"):
        return HOME
    return path


def from_own_page(*, fetch_site: str | None, origin: str | None, host: str) -> bool:
    """Whether a form was sent by a page of ours.

    fetch_site: the header Sec-Fetch-Site, which scripts cannot set, and browsers send to https and to this machine.
    origin: the header Origin; it decides for browsers without the other. host: the header Host. A request that shows
    neither comes from no browser, and no form of ours.
    """
    if fetch_site is not None:
        return fetch_site == "same-origin"
    if origin is None:
        return False
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()


def unsafe_transport(origin: str | None) -> bool:
    """Whether a browser says that it reaches us over plain http and not on its own machine: a key would be read."""
    if origin is None:
        return False
    parts = urlsplit(origin)
    return parts.scheme == "http" and (parts.hostname or "") not in LOOPBACK


def secure_cookie(*, scheme: str, hostname: str | None) -> bool:
    """Whether the cookie may travel over https alone: always, but for a service on one's own machine without it."""
    return not (scheme == "http" and (hostname or "") in LOOPBACK)
