"""How a fake CRM gives tokens: refresh token, client credentials and signed assertions, as OAuth 2 has them."""

from base64 import b64decode
from collections.abc import Mapping

import jwt
from starlette.requests import Request

from tests.crm.fakes.fake import Fake, form_of
from tests.crm.fakes.gate import Tokens


class Refused(Exception):
    """No token: `error` as OAuth 2 words it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


async def granted(fake: Fake, request: Request) -> tuple[str, str | None]:
    """An access token, and the refresh token if there is a new one. Raises Refused."""
    tokens = fake.tokens
    tokens.asked += 1
    form = await form_of(request)
    if tokens.revoked:
        raise Refused("invalid_grant")
    grant = form.get("grant_type", "")
    if grant.endswith("jwt-bearer"):
        _assertion(tokens, form)
        return tokens.a_new_one(), None
    _client(tokens, form, request.headers)
    if grant == "client_credentials":
        return tokens.a_new_one(), None
    if grant != "refresh_token":
        raise Refused("unsupported_grant_type")
    shown = form.get("refresh_token", "")
    if shown not in tokens.refresh:
        raise Refused("invalid_grant")
    return tokens.a_new_one(), tokens.rotated(shown)


def _client(tokens: Tokens, form: Mapping[str, str], headers: Mapping[str, str]) -> None:
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        name, _, secret = b64decode(shown).decode().partition(":")
    if tokens.clients.get(name) != secret:
        raise Refused("invalid_client")


def _assertion(tokens: Tokens, form: Mapping[str, str]) -> None:
    if tokens.public_key is None:
        return
    try:
        jwt.decode(form.get("assertion", ""), tokens.public_key, algorithms=["RS256"], options={"verify_aud": False})
    except jwt.PyJWTError as error:
        raise Refused("invalid_grant") from error
