"""Every setting of a process, read once from the environment where the process starts and handed down from there."""

from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.kernel.errors import Unavailable


class DirectUrlMissing(Unavailable):
    """Behind a pooler of transactions there has to be a way past it."""


class Settings(BaseSettings):
    """Names carry the prefix `KAP_`; `DATABASE_URL`, `DATABASE_READ_URL`, `DATABASE_DIRECT_URL` and `PORT` do not."""

    model_config = SettingsConfigDict(env_prefix="KAP_", frozen=True, extra="ignore", populate_by_name=True)

    database_url: str | None = Field(default=None, validation_alias=AliasChoices("DATABASE_URL", "database_url"))
    database_direct_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_DIRECT_URL", "database_direct_url")
    )
    database_read_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_READ_URL", "database_read_url"),
        description="A streaming replica that may answer what is only read",
    )
    transaction_pooling: bool = Field(
        default=False,
        description="Whether a pooler stands before the database that hands connections out by transaction",
    )
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="Where a worker tells how it is, for Prometheus; 0: nowhere"
    )
    drain_seconds: float = Field(
        default=0, ge=0, le=20, description="How long an API process that is told to end goes on serving, not ready"
    )
    port: int = Field(default=8000, ge=0, le=65535, validation_alias=AliasChoices("PORT", "port"))

    data_dir: Path = Path(".kap")
    app_role: str = Field(default="kap_app", pattern=r"^[a-z_][a-z0-9_]{0,40}$")
    pool_size: int = Field(default=10, ge=1, le=200)
    pool_timeout_seconds: float = Field(default=1.5, gt=0, le=30)
    quick_seconds: float = Field(
        default=1,
        gt=0,
        le=30,
        description="How long what is asked all day, such as a key, waits for the database; a delivery thrice",
    )
    statement_timeout_seconds: float = Field(default=15, gt=0, le=3600)
    job_statement_timeout_seconds: float = Field(default=900, gt=0, le=86400)

    rate_limit: str = Field(default="600/minute", pattern=r"^[1-9][0-9]{0,8}/(second|minute|hour|day)$")
    bad_key_limit: str = Field(default="30/minute", pattern=r"^[1-9][0-9]{0,8}/(second|minute|hour|day)$")
    body_limit_bytes: int = Field(default=5 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024)
    body_deadline_seconds: float = Field(default=10, gt=0, le=120)
    log_level: str = Field(default="info", pattern=r"^(debug|info|warning|error)$")
    sealing_keys: str | None = Field(
        default=None,
        description="The keys that seal credentials at rest: `name:base64 of 32 bytes`, the one that seals first,"
        " then those that only open, separated by commas; the embedded database brings its own",
    )
    public_url: str = Field(
        default="", description="The address at which callers outside reach the service, such as https://kap.example"
    )
    loopback_crms: bool = Field(
        default=False, description="Let connections lead to this machine, without TLS: for development and tests"
    )
    loopback_webhooks: bool = Field(
        default=False, description="Let webhooks be sent to this machine, without TLS: for development and tests"
    )
    raw_body_days: int = Field(default=30, ge=1, le=3650, description="How long deliveries are kept as they came")
    demo: bool = Field(
        default=True, description="Fill the organization `demo` with simulated data on an empty database"
    )

    def direct_url(self, url: str) -> str:
        """Past a pooler: for what listens, and for migrations, which hold a lock of their session.

        url: where the database is otherwise. Raises DirectUrlMissing.
        """
        if self.transaction_pooling and self.database_direct_url is None:
            raise DirectUrlMissing(
                "KAP_TRANSACTION_POOLING is set, so DATABASE_DIRECT_URL has to lead to PostgreSQL itself, past the"
                " pooler: the queue listens, and migrations hold a lock, which a pooler of transactions cannot carry"
            )
        return self.database_direct_url or url
