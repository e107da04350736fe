"""The wire of a card as HubSpot takes it; the names are HubSpot's."""

from typing import Literal

from pydantic import Field

from app.infra.wire import Answer


class HubSpotProperty(Answer):
    """A line of the card."""

    label: str = Field(description="What the line tells", examples=["Tier"])
    dataType: Literal["STRING", "NUMERIC", "STATUS"] = Field(  # noqa: N815  # HubSpot's name
        description="How HubSpot shows it"
    )
    value: str = Field(description="The text that is shown", examples=["tier_2"])
    optionType: Literal["DEFAULT", "SUCCESS", "INFO", "WARNING", "DANGER"] | None = Field(  # noqa: N815  # likewise
        default=None, description="The colour of a STATUS"
    )


class HubSpotAction(Answer):
    """Something to open from the card."""

    type: Literal["IFRAME"] = Field(description="It opens a frame")
    width: int = Field(description="Of the frame, in pixels", examples=[890])
    height: int = Field(description="Of the frame, in pixels", examples=[748])
    uri: str = Field(
        description="What stands in the frame; for a quarter of an hour",
        examples=["https://kap.example/console/framed/AQRi"],
    )
    label: str = Field(description="What the button says", examples=["Look closer"])
    associatedObjectProperties: list[str] = Field(  # noqa: N815  # HubSpot's name
        description="What HubSpot is to add to the address: nothing", examples=[[]]
    )


class HubSpotObject(Answer):
    """The account."""

    objectId: int = Field(description="A number that stands for the account")  # noqa: N815  # HubSpot's name
    title: str = Field(description="What it is called", examples=["Zathunicon"])
    link: str | None = Field(description="Null: it has no page of its own for whoever is not signed in here")
    properties: list[HubSpotProperty] = Field(description="What is told of it")


class HubSpotCard(Answer):
    """What HubSpot shows on a record."""

    results: list[HubSpotObject] = Field(description="The account; none for a record that is not known here")
    totalCount: int = Field(description="How many there are", examples=[1])  # noqa: N815  # HubSpot's name
    primaryAction: HubSpotAction | None = Field(  # noqa: N815  # likewise
        default=None, description="Opens the account's page; absent where the service has no public address"
    )
