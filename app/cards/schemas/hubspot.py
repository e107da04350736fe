"""The wire of a card as HubSpot takes it; the names are HubSpot's."""

from typing import Literal

from pydantic import Field

from app.infra.wire import Answer


class HubSpotProperty(Answer):
    """A line of the card."""

    label: str = Field(examples=["Tier"])
    dataType: Literal["STRING", "NUMERIC", "STATUS"]  # noqa: N815  # HubSpot's name
    value: str = Field(examples=["tier_2"])
    optionType: Literal["DEFAULT", "SUCCESS", "INFO", "WARNING", "DANGER"] | None = Field(  # noqa: N815  # likewise
        default=None, description="The colour of a STATUS"
    )


class HubSpotAction(Answer):
    """Something to open from the card."""

    type: Literal["IFRAME"]
    width: int
    height: int
    uri: str = Field(examples=["https://kap.example/console/framed/AQRi"])
    label: str = Field(examples=["Look closer"])
    associatedObjectProperties: list[str]  # noqa: N815  # HubSpot's name


class HubSpotObject(Answer):
    """The account."""

    objectId: int = Field(description="A number that stands for the account")  # noqa: N815  # HubSpot's name
    title: str = Field(examples=["Zathunicon"])
    link: str | None
    properties: list[HubSpotProperty]


class HubSpotCard(Answer):
    """What HubSpot shows on a record."""

    results: list[HubSpotObject]
    totalCount: int  # noqa: N815  # HubSpot's name
    primaryAction: HubSpotAction | None = Field(default=None)  # noqa: N815  # HubSpot's name
