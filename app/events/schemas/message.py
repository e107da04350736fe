"""The wire of what is sent to endpoints beside the data of an event."""

from uuid import UUID

from pydantic import Field

from app.infra.wire import Answer


class ToldIdentity(Answer):
    """What another system knows an account by."""

    source: str = Field(description="The system", examples=["salesforce"])
    external_id: str = Field(description="The account's id there", examples=["0015g00000XyZabAAF"])


class ToldAccount(Answer):
    """The account whose matter an event is."""

    id: UUID = Field(description="The account")
    name: str | None = Field(description="What it is called; null where it is there no more", examples=["Cancity"])
    identities: list[ToldIdentity] = Field(description="What it is known by in each of the systems that know it")
