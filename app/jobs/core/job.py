"""A job as the organization that asked for it sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.kernel.ids import JobId, KeyId, TenantId

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
FINISHED = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Job:
    """Long work with its progress; `problem` is there once it failed, `result` once it succeeded."""

    id: JobId
    tenant_id: TenantId
    kind: str
    status: Status
    done: int
    total: int
    payload: dict[str, Any]
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    key_id: KeyId | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        """Whether nothing more happens to it unless somebody asks for it again."""
        return self.status in FINISHED


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work has come: `done` of `total` parts, both 0 or more, `done` at most `total`."""

    done: int
    total: int


def progress(done: int, total: int) -> Progress:
    """The progress that is kept: what is told may be too much or too little, what is shown never is."""
    total = max(total, 0)
    return Progress(min(max(done, 0), total) if total else max(done, 0), total)


def scope_to_steer(kind: str) -> str:
    """What a key needs to cancel or ask again for work of a kind (`selection.run`): the right to change that area."""
    return f"{kind.partition('.')[0]}:write"
