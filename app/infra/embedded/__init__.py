"""The PostgreSQL of a first start: a server of our own in the data folder, for whoever has set no DATABASE_URL."""

from app.infra.embedded.launching import EmbeddedPostgresError
from app.infra.embedded.supervisor import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]
