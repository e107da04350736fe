"""The wire of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.infra.wire import Answer
from app.tenancy.core.audit import ActorKind


class AuditActor(Answer):
    """Who changed something; names are as they are by now, and null where they are not known any more."""

    kind: ActorKind = Field(
        description="A key by the API, a customer's guest, the worker by itself or for a key, or a command"
    )
    key_id: UUID | None = Field(description="The key that was shown, or that asked for the worker's job")
    key_name: str | None = Field(description="What the key is for", examples=["Salesforce plugin"])
    user_id: UUID | None = Field(description="The user that the key acts for")
    user_name: str | None = Field(description="The user's name", examples=["Ada Lovelace"])
    invitation_id: UUID | None = Field(description="The invitation that the guest showed")
    invitation_name: str | None = Field(description="Whom the invitation names", examples=["Grace Hopper"])


class AuditEntryAnswer(Answer):
    """One change: who made it, when, by what, and to what."""

    id: UUID
    created_at: datetime = Field(description="When it was changed, to the millisecond")
    actor: AuditActor = Field(description="Who changed it")
    operation: str = Field(
        description="The operationId; of the worker the job's kind, of the command line the command",
        examples=["change_account"],
    )
    method: str | None = Field(description="Null where there was no request", examples=["PATCH"])
    path: str | None = Field(
        description="As it was asked for, without its query",
        examples=["/v1/accounts/01890a5d-ac96-774b-bcce-b302099a8057"],
    )
    status: int | None = Field(description="How the request was answered", examples=[200])
    subject_id: UUID | None = Field(description="What was made or changed; of the worker, the job")
    account_id: UUID | None = Field(description="The account whose matter it is, as far as the request told")
    said: dict[str, Any] | None = Field(
        description="The request's body, or what the job or command was given: secrets as `***`, lists of more than 20"
        ' entries as `{"count": n}`, long texts cut; null where there was none, and for guests',
        examples=[{"industry": "retail"}],
    )
    request_id: str | None = Field(
        description="The X-Request-Id of the request, or of the one that asked for the job",
        examples=["01890a5d-ac96-774b-bcce-b302099a8057"],
    )
