"""Answers that are kept with the effect they tell of, so that a request sent twice has one effect."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from app.kernel.errors import Conflict, Invalid, Malformed
from app.kernel.ids import TenantId

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255
# Kept with the answer; the rest is made anew by the edge.
KEPT_HEADERS = ("content-type", "location", "etag")


class IdempotencyKeyUnusable(Malformed):
    """The Idempotency-Key is too long or empty."""


class IdempotencyKeyReused(Invalid):
    """The Idempotency-Key was used for another request."""


class StillRunning(Conflict):
    """A request with this Idempotency-Key is still running."""

    retry_after_seconds = 1


class AnswerNotKept(Conflict):
    """The request was carried out, and its answer holds a secret that is not kept."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out the request of a key; or, with `answer`, what came of it before."""

    key: str
    digest: bytes
    answer: Response | None


def key_of(request: Request, *, within: str = "") -> str | None:
    """The request's key; quoted and bare it is the same.

    within: whose it is, where the callers of an organization do not share their keys.
    """
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    key = header.strip()
    if len(key) >= 2 and key.startswith('"') and key.endswith('"'):
        key = key[1:-1]
    if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable():
        raise IdempotencyKeyUnusable(f"Idempotency-Key takes 1 to {MAX_KEY_LENGTH} printable characters")
    return f"{within}\n{key}" if within else key  # no key holds a line's end: nobody can name another's


async def claim(connection: AsyncConnection, tenant_id: TenantId, key: str, request: Request) -> Claim:
    """Take the key for this transaction, or find the answer that it led to."""
    body = await request.body()
    digest = hashlib.sha256(b"\0".join([request.method.encode(), _target(request), body])).digest()
    taken = await connection.scalar(_LOCK, {"tenant_id": str(tenant_id), "key": key})
    if not taken:
        raise StillRunning("a request with this Idempotency-Key is being carried out")
    row = (await connection.execute(_KEPT, {"tenant_id": tenant_id, "key": key, "kept_for": KEPT_FOR})).one_or_none()
    if row is None:
        return Claim(key, digest, None)
    if row.request_digest != digest:
        raise IdempotencyKeyReused("the same Idempotency-Key came with another method, path or body before")
    if not row.body:
        raise AnswerNotKept("the first request succeeded; a secret is shown once and cannot be replayed")
    return Claim(key, digest, Response(row.body, row.status, {**row.headers, "Idempotency-Replayed": "true"}))


async def keep(connection: AsyncConnection, tenant_id: TenantId, claimed: Claim, answer: Response) -> None:
    """Keep a good answer in the transaction of its effect; what failed had no effect and may be tried again."""
    secret = answer.headers.get("cache-control") == "no-store"
    await connection.execute(
        _KEEP,
        {
            "tenant_id": tenant_id,
            "key": claimed.key,
            "digest": claimed.digest,
            "status": answer.status_code,
            "headers": {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers},
            "body": b"" if secret else bytes(answer.body),
        },
    )


def _target(request: Request) -> bytes:
    return f"{request.url.path}?{request.url.query}".encode()


_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:tenant_id || ' ' || :key, 0))")
_KEPT = text(
    "SELECT request_digest, status, headers, body FROM idempotency_keys"
    " WHERE tenant_id = :tenant_id AND key = :key AND created_at > now() - CAST(:kept_for AS interval)"
).columns(headers=JSONB)
_KEEP = text(
    "INSERT INTO idempotency_keys (tenant_id, key, request_digest, status, headers, body)"
    " VALUES (:tenant_id, :key, :digest, :status, :headers, :body)"
    " ON CONFLICT (tenant_id, key) DO UPDATE SET request_digest = excluded.request_digest, status = excluded.status,"
    " headers = excluded.headers, body = excluded.body, created_at = now()"
).bindparams(bindparam("headers", type_=JSONB))
