"""How a CRM is asked for a token, by the ways that OAuth 2 knows, and what its answer gives."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import jwt

from app.crm.client import answers
from app.crm.client.failures import CrmDown, CrmLies, CrmRefuses, NeedsReauth
from app.crm.core import addresses, templates
from app.crm.core.connection import Connection
from app.infra.outgoing import Answered, Asked

ASSERTION_LIFE = timedelta(minutes=3)
LONGEST_LIFE_SECONDS = 366 * 86400.0
# What token servers say when asking again may help (RFC 6749 4.1.2.1, and what some of them say beside it).
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down", "unknown_error"})
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a CRM gave: an access token, for how long if it says so, the next refresh token, where calls go to."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    life_seconds: float | None
    base_url: str | None


def grant_request(
    connection: Connection, credentials: Mapping[str, str], refresh_token: str | None, now: datetime, *, loopback: bool
) -> Asked:
    """The request for a token. Raises NeedsReauth where the credentials do not suffice for one."""
    rules = connection.spec.authentication
    known = {
        **connection.spec.variables,
        **connection.settings.variables,
        **credentials,
        "base_url": connection.base_url,
    }
    try:
        url = credentials.get("token_url") or templates.filled_path(rules.token_url, known)
        form = {
            **templates.filled(dict(rules.token_parameters), known),
            **_proof(connection, known, refresh_token, now),
        }
    except (templates.Unfillable, KeyError, ValueError, TypeError, jwt.PyJWTError) as error:
        raise NeedsReauth("its credentials are not complete") from error
    if addresses.address_problem(url, loopback=loopback) is not None:
        raise NeedsReauth("its credentials name no address at which tokens are given")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode({name: templates.written(value) for name, value in form.items()}).encode()
    return Asked("POST", url, headers, body)


def _proof(
    connection: Connection, known: Mapping[str, str], refresh_token: str | None, now: datetime
) -> dict[str, str]:
    if connection.auth_kind == "jwt_bearer":
        return {"grant_type": _JWT_GRANT, "assertion": _assertion(connection, known, now)}
    client = {name: known[name] for name in ("client_id", "client_secret", "scope") if known.get(name)}
    if connection.auth_kind == "refresh_token":
        return {"grant_type": "refresh_token", "refresh_token": refresh_token or known["refresh_token"], **client}
    return {"grant_type": "client_credentials", **client}


def _assertion(connection: Connection, known: Mapping[str, str], now: datetime) -> str:
    """A claim to act for a user, signed with the key that the CRM knows the other half of (RFC 7523)."""
    audience = known.get("audience") or templates.filled(connection.spec.authentication.audience, known)
    claims = {"iss": known["client_id"], "sub": known["subject"], "aud": audience, "exp": now + ASSERTION_LIFE}
    return jwt.encode(claims, known["private_key"], algorithm="RS256")


def grant_of(connection: Connection, answered: Answered, now: datetime) -> Grant:
    """What the answer to a request for a token gives.

    Raises NeedsReauth where it refuses what the credentials say, and the failures of any other answer.
    """
    failure = answers.failure_of(answered, connection.spec.limits, now, None)
    if isinstance(failure, CrmRefuses):
        code = answers.code_of(answered.body) or f"status {answered.status}"
        if code in _PASSING:
            raise CrmDown(f"it gives no token for the moment ({code})") from failure
        raise NeedsReauth(f"the CRM gives no token for the credentials ({code})") from failure
    if failure is not None:
        raise failure
    said = answers.read(answered)
    token = said.get("access_token") if isinstance(said, Mapping) else None
    if not isinstance(token, str) or not token or not token.isprintable():
        raise CrmLies("its answer to a request for a token holds none")
    return Grant(token, _text(said, "refresh_token"), _life(said.get("expires_in")), _base_url(connection, said))


def _text(said: Mapping[str, object], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) and value else None


def _life(said: object) -> float | None:
    """For how many seconds; None where nothing is said, or nothing sensible."""
    try:
        seconds = float(said)  # type: ignore[arg-type]  # whatever else it is, is refused
    except (TypeError, ValueError):
        return None
    return min(seconds, LONGEST_LIFE_SECONDS) if seconds > 0 else None


def _base_url(connection: Connection, said: Mapping[str, object]) -> str | None:
    """Where calls go from now on: an address of the connector's own form, or the one that the connection has anyway."""
    name = connection.spec.authentication.base_url_field
    told = _text(said, name) if name else None
    if told is None or told.rstrip("/") == connection.base_url.rstrip("/"):
        return None
    form, url = connection.spec.base_url, told.rstrip("/")
    if form.startswith("^") and re.fullmatch(form, url) and addresses.address_problem(url, loopback=False) is None:
        return url
    raise CrmLies("its answer to a request for a token names another host for calls")


def kept_tokens(grant: Grant, refresh_token: str | None) -> dict[str, str]:
    """What is kept of a grant; a refresh token that the CRM did not replace stays."""
    kept = {
        "access_token": grant.access_token,
        "refresh_token": grant.refresh_token or refresh_token,
        "base_url": grant.base_url,
    }
    return {name: value for name, value in kept.items() if value}


def basic(user: str, password: str) -> str:
    """The header of HTTP Basic (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
