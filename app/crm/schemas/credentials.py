"""The wire of credentials: taken, and never shown."""

from typing import Annotated, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.crm.core.asked import Credentials
from app.infra.wire import WireModel


def printable(text: str) -> str:
    """A text that can stand in a header: it is not stripped or mended, since every character of a secret counts."""
    if not text.isprintable():
        raise PydanticCustomError("control_characters", "Input should hold no control characters")
    return text


Part = Annotated[
    str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=False), AfterValidator(printable)
]
TokenUrl = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_CLIENT = "The client's (or app's) id"
_SECRET = "Its secret"  # noqa: S105  # a description
_TOKEN_URL = "Where tokens are given, where that is not the CRM's usual place"  # noqa: S105  # a description


def _rsa_key(text: str) -> str:
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
        raise PydanticCustomError("private_key", "Input should be an RSA private key in PEM, without a passphrase")
    return text


class NoCredentials(WireModel):
    """None, where the CRM is not called."""

    kind: Literal["none"]


class TokenCredentials(WireModel):
    """A fixed token: of a private app, or of a user."""

    kind: Literal["token"]
    token: Part = Field(repr=False, description="As the CRM shows it", examples=["…"])


class BasicCredentials(WireModel):
    """User and password, or whatever the CRM wants in their places."""

    kind: Literal["basic"]
    user: Part = Field(repr=False, examples=["kap@acme.example"])
    password: Annotated[str, StringConstraints(max_length=4000, strip_whitespace=False), AfterValidator(printable)] = (
        Field(default="", repr=False, description="Empty where the CRM wants none", examples=["…"])
    )


class ClientCredentials(WireModel):
    """OAuth 2: the client's own."""

    kind: Literal["client_credentials"]
    client_id: Part = Field(repr=False, description=_CLIENT, examples=["kap-client"])
    client_secret: Part = Field(repr=False, description=_SECRET, examples=["…"])
    scope: Part | None = Field(default=None, description="What access is asked for", examples=["api"])
    token_url: TokenUrl | None = Field(
        default=None, description=_TOKEN_URL, examples=["https://login.example.com/token"]
    )


class RefreshToken(WireModel):
    """OAuth 2: a refresh token that a user's consent gave; one that the CRM puts in its place is kept."""

    kind: Literal["refresh_token"]
    client_id: Part = Field(repr=False, description=_CLIENT, examples=["kap-client"])
    client_secret: Part | None = Field(default=None, repr=False, description=_SECRET, examples=["…"])
    refresh_token: Part = Field(repr=False, description="As the consent gave it", examples=["…"])
    token_url: TokenUrl | None = Field(
        default=None, description=_TOKEN_URL, examples=["https://login.example.com/token"]
    )


class JwtBearer(WireModel):
    """OAuth 2: assertions that are signed with a private key (RS256)."""

    kind: Literal["jwt_bearer"]
    client_id: Part = Field(repr=False, description=_CLIENT, examples=["kap-client"])
    subject: Part = Field(description="The user in whose name calls are made", examples=["kap@acme.example"])
    private_key: Annotated[str, StringConstraints(min_length=1, max_length=16_000), AfterValidator(_rsa_key)] = Field(
        repr=False, description="RSA, in PEM", examples=["-----BEGIN PRIVATE KEY-----…"]
    )
    audience: TokenUrl | None = Field(
        default=None, description="Whom assertions are meant for", examples=["https://login.salesforce.com"]
    )
    token_url: TokenUrl | None = Field(
        default=None, description=_TOKEN_URL, examples=["https://login.example.com/token"]
    )


CredentialsBody = Annotated[
    NoCredentials | TokenCredentials | BasicCredentials | ClientCredentials | RefreshToken | JwtBearer,
    Field(
        discriminator="kind",
        description="How calls show who makes them; taken, sealed, and never shown",
        examples=[{"kind": "token", "token": "pat-eu1-…"}],
    ),
]
NO_CREDENTIALS = NoCredentials(kind="none")


def credentials_of(body: CredentialsBody) -> Credentials:
    """The credentials that a body gives."""
    parts = body.model_dump(exclude_none=True)
    return Credentials(parts.pop("kind"), parts)
