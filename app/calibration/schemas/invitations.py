"""The wire of invitations, and of what a guest sees of the calibration."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from app.calibration.core.invitations import InvitationState
from app.calibration.core.parties import Party
from app.calibration.core.states import State
from app.infra.wire import Answer, AwareInstant, Id, Name, ShortText, WireModel


class InvitationBody(WireModel):
    """Whom to invite: a contact of the account, or somebody by name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Grace Hopper", "email": "grace@customer.example", "expires_at": "2027-03-31T00:00:00Z"}
            ]
        }
    )

    contact_id: Id | None = Field(default=None, description="The contact of the account who is invited")
    name: Name | None = Field(
        default=None, description="What they are called; the contact's name when not given", examples=["Grace Hopper"]
    )
    email: Annotated[ShortText, Field(min_length=1)] | None = Field(
        default=None,
        description="Where to write to them; the contact's when not given. Nothing is sent from here",
        examples=["grace@customer.example"],
    )
    expires_at: AwareInstant | None = Field(
        default=None, description="When the token ends, within 366 days; in 90 days when not given"
    )
    user_id: Id | None = Field(default=None, description="Who invites, where the key belongs to nobody")


class Invitation(Answer):
    """An invitation of somebody of the customer to a calibration, without its token."""

    id: UUID
    calibration_id: UUID = Field(description="The calibration's id")
    contact_id: UUID | None = Field(description="The contact who is invited; null where they are no contact")
    name: str = Field(description="What they are called", examples=["Grace Hopper"])
    email: str | None = Field(description="Where to write to them", examples=["grace@customer.example"])
    public_id: str = Field(description="The part of the token that may be shown", examples=["4Fj2kQ9x"])
    state: InvitationState = Field(
        description="Whether the token still lets them in; `left`: the contact is none of the customer's any more"
    )
    expires_at: datetime = Field(description="From when the token lets nobody in")
    revoked_at: datetime | None = Field(description="When it was revoked; null if never")
    last_used_at: datetime | None = Field(description="When the token was shown last, to the minute")
    user_id: UUID | None = Field(description="Who invited them")
    created_at: datetime


class NewInvitation(Invitation):
    """A new invitation, with its token, which is shown this once."""

    token: str = Field(
        description="To be handed to the person invited; what they show as `Authorization: Bearer`",
        examples=["kap_guest_4Fj2kQ9x_…"],
    )


class ParticipantSide(Answer):
    """How far a side is with its submission."""

    party: Party = Field(description="Which side")
    sealed: bool = Field(description="Whether its submission stays as it is")
    sealed_at: datetime | None = Field(description="When it was sealed; null while it is not")


class ParticipantGuest(Answer):
    """Somebody whom the supplier invited to speak for the customer."""

    name: str = Field(description="What they are called", examples=["Grace Hopper"])
    state: InvitationState = Field(description="Whether their token still lets them in")
    invited_at: datetime = Field(description="When they were invited")
    expires_at: datetime = Field(description="From when their token lets nobody in")
    last_used_at: datetime | None = Field(description="When it was shown last, to the minute; null if never")


class ParticipantCalibration(Answer):
    """A calibration as the customer sees it."""

    id: UUID
    organization: str = Field(description="The supplier", examples=["Meridian Components"])
    account: str = Field(description="The customer, as the supplier calls it", examples=["Northwind"])
    name: str = Field(description="Who is invited", examples=["Grace Hopper"])
    state: State = Field(description="The step that the calibration is in, or what became of it")
    round: int = Field(description="How often the sides have explored", examples=[1])
    started_on: date = Field(description="When it began")
    entered_on: date = Field(description="Since when it is in this state")
    revealed: bool = Field(description="Whether each side reads the other's submission")
    sides: list[ParticipantSide] = Field(description="The supplier and the customer, in this order")
    guests: list[ParticipantGuest] = Field(
        description="Everybody who was invited to speak for the customer, so that it knows who reads and writes for it"
    )
    agreed_level: str | None = Field(
        description="The level of the partnership, once both agreed to it", examples=["preferred"]
    )
    agreed_on: date | None = Field(description="When both had agreed to it")
    version: int
