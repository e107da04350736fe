"""Calls to addresses that others have named: to public ones only, never by redirects, bounded in time and size."""

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_network
from urllib.parse import urlsplit

import httpx
from ssrfguard import Policy, Resolver, SSRFGuardError
from ssrfguard.httpx import AsyncClient

from app.kernel.errors import Unavailable

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
CALL_SECONDS = 60.0  # whatever trickles in: then it is over
ANSWER_BYTES = 20 * 1024 * 1024
CONNECTIONS = 100
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_LOCAL_ENDS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_ENCODINGS = frozenset({"", "identity", "gzip"})


class NoAnswer(Unavailable):
    """The other side does not answer."""


class SlowAnswer(NoAnswer):
    """The other side takes too long to answer."""


class BrokenAnswer(Unavailable):
    """The answer ends before it is complete, or cannot be decoded."""


class HugeAnswer(Unavailable):
    """The answer is larger than we read."""


class UnsafeAddress(Unavailable):
    """The address is not one that calls may go to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: the whole address with its query, and a body that is encoded already."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was read to its end; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a call may take, how much of an answer is read, and how many calls are made at once."""

    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    call_seconds: float = CALL_SECONDS
    answer_bytes: int = ANSWER_BYTES
    cut: bool = False  # a larger answer is no error, and what was read of it is kept as it came, not unpacked
    connections: int = CONNECTIONS


@cache
def _policy(*, loopback: bool) -> Policy:
    return Policy(
        allowed_schemes=frozenset({"https", "http"} if loopback else {"https"}),
        allowed_networks=_LOOPBACK if loopback else (),
        # CRMs that are run by their users stand on all kinds of ports; those of mail and the like are below 1024.
        allowed_ports=frozenset({80, 443, *range(1024, 65536)} if loopback else {443, *range(1024, 65536)}),
    )


def address_problem(url: str, *, loopback: bool) -> str | None:
    """Why calls may not go to the address, as far as it tells by itself; None where they may.

    It is https to a public name or address, without user or fragment; with `loopback` also http(s) to this machine.
    Where a name leads is looked at when a call is made.
    """
    try:
        target = _policy(loopback=loopback).check_url(url)
        fragment = urlsplit(url).fragment
    except (SSRFGuardError, ValueError):
        return "must be the https address of a public host, on port 443 or above 1023, without a user"
    if fragment or "#" in url:
        return "must have no fragment"
    if loopback and target.host in _LOOPBACK_HOSTS:
        return None
    if target.scheme != "https":
        return "must begin with https://"
    return None if target.address is not None or _is_public_name(target.host) else "must have a public host name"


def _is_public_name(host: str) -> bool:
    # Resolvers read a name whose last part is a number, in whatever notation, as an address.
    name = host.removesuffix(".")
    last = name.rpartition(".")[2]
    is_number = last.isdigit() or last.startswith("0x")
    return "." in name and not is_number and not name.endswith(_LOCAL_ENDS)


def guarded_client(
    *,
    loopback: bool,
    bounds: Bounds | None = None,
    trusted: ssl.SSLContext | None = None,
    resolver: Resolver | None = None,
) -> AsyncClient:
    """A client that connects only to the public address that it has checked; with `loopback`, to this machine too.

    It follows no redirect, keeps no cookies, and knows nothing of proxies, which would look names up themselves.
    trusted: whose certificates are believed, in place of those that the machine believes. resolver: what looks names
    up, in place of `socket.getaddrinfo`; where they lead is checked all the same.
    """
    held = bounds or Bounds()
    return AsyncClient(
        policy=_policy(loopback=loopback),
        resolver=resolver,
        verify=True if trusted is None else trusted,
        # One client serves many organizations: nothing may be remembered from one to the next.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(held.read_seconds, connect=held.connect_seconds, pool=held.call_seconds),
        limits=httpx.Limits(max_connections=held.connections, max_keepalive_connections=held.connections // 5),
        headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "key-account-program"},
    )


async def ask(http: httpx.AsyncClient, asked: Asked, bounds: Bounds | None = None) -> Answered:
    """Make one call and read its answer; whatever its status, redirects included.

    Raises NoAnswer, SlowAnswer, BrokenAnswer, HugeAnswer and UnsafeAddress; none tells the address or the answer.
    """
    held = bounds or Bounds()
    parts = urlsplit(asked.url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK_HOSTS:
        raise UnsafeAddress("calls beyond this machine are made over TLS")
    try:
        async with asyncio.timeout(held.call_seconds):
            return await _asked(http, asked, held)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise SlowAnswer("it did not answer in time") from error
    except SSRFGuardError as error:
        raise UnsafeAddress("its name leads to an address that calls may not go to") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UnsafeAddress("it is not an address") from error
    except (httpx.TransportError, OSError) as error:
        raise NoAnswer(_why(error)) from error


def _why(error: BaseException) -> str:
    """Why a call came to nothing."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "its certificate is not one that can be trusted"
        seen = seen.__cause__ or seen.__context__
    return "it could not be reached, or hung up"


async def _asked(http: httpx.AsyncClient, asked: Asked, held: Bounds) -> Answered:
    request = http.build_request(asked.method, asked.url, headers=dict(asked.headers), content=asked.body)
    response = await http.send(request, stream=True)
    try:
        headers = {name.lower(): value for name, value in response.headers.items()}
        read = _beginning if held.cut else _body
        return Answered(response.status_code, headers, await read(response, held.answer_bytes))
    finally:
        await response.aclose()


async def _beginning(response: httpx.Response, most: int) -> bytes:
    """As much of a body as we read, as it came."""
    body = bytearray()
    try:
        async for part in response.aiter_raw():
            body += part
            if len(body) >= most:
                break
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise BrokenAnswer("it ended before it was complete") from error
    return bytes(body[:most])


async def _body(response: httpx.Response, most: int) -> bytes:
    told = response.headers.get("content-length", "")
    if told.isdigit() and int(told) > most:
        raise HugeAnswer(f"it is larger than {most} bytes")
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise BrokenAnswer("it is encoded in a way that was not asked for")
    body = bytearray()
    try:
        async for part in _decoded(response, zipped=encoding == "gzip", most=most):
            body += part
            if len(body) > most:
                raise HugeAnswer(f"it is larger than {most} bytes")
    except (httpx.RemoteProtocolError, httpx.ReadError, zlib.error) as error:
        raise BrokenAnswer("it ended before it was complete") from error
    return bytes(body)


async def _decoded(response: httpx.Response, *, zipped: bool, most: int) -> AsyncIterator[bytes]:
    """The parts of a body; of a zipped one never more than `most` bytes at once, however well it was packed."""
    if not zipped:
        async for part in response.aiter_raw():
            yield part
        return
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    begun = False
    async for part in response.aiter_raw():
        begun = True
        yield unpacking.decompress(part, most + 1)
        if unpacking.unconsumed_tail:
            raise HugeAnswer(f"it is larger than {most} bytes")
    if begun and not unpacking.eof:
        raise BrokenAnswer("it ended before it was complete")
