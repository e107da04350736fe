"""The fields that the data of many types of events share."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

AccountId = Annotated[UUID, Field(description="The account whose matter it is")]
UserId = Annotated[UUID, Field(description="The person who did it")]
AnyUserId = Annotated[UUID | None, Field(description="The person who did it; null where none is known")]
OwnerId = Annotated[UUID | None, Field(description="The person who answers for it; null where nobody does")]
On = Annotated[date, Field(description="The day on which it happened, which may lie before the day of the event")]
DueOn = Annotated[date, Field(description="By when it is to be done")]
AsOf = Annotated[date, Field(description="The day as of which it was judged")]
Previous = Annotated[str, Field(description="The state before", examples=["open"])]
AnyPrevious = Annotated[
    str | None, Field(description="The state before; null where there was none", examples=["requested"])
]
Current = Annotated[str, Field(description="The state from now on", examples=["resolved"])]
Tier = Annotated[str, Field(description="The tier", examples=["tier_1"])]
AnyTier = Annotated[str | None, Field(description="The tier; null where there is none", examples=["tier_1"])]
ModelName = Annotated[str, Field(description="What the model is called", examples=["Key accounts 2026"])]
ModelVersion = Annotated[int, Field(description="The version of the model", examples=[3])]
Function = Annotated[str, Field(description="The function of the supplier", examples=["operations"])]
Title = Annotated[str, Field(description="What it is called", examples=["Quarterly business review"])]
Quantity = Annotated[float, Field(description="How much of the resource", examples=[12.0])]
ResourceId = Annotated[UUID, Field(description="The resource")]
