"""Write-backs on the wire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from app.infra.wire import Answer, CountInt4, Id

WriteBackResult = Literal["written", "refused", "failed"]


class WriteBack(Answer):
    """What was last written to one account record of the CRM."""

    account_id: Annotated[Id, Field(description="The account")]
    external_id: Annotated[str, Field(description="Its record's id in the CRM", examples=["0018d00000Ab1c2"])]
    fields: Annotated[
        dict[str, Any],
        Field(description="The CRM's fields, with the values that they were to have", examples=[{"KAP_Tier__c": "A"}]),
    ]
    result: Annotated[
        WriteBackResult,
        Field(
            description="`written`; `refused` by the CRM, and left until a value changes; `failed`, or not answered"
            " yet, and tried again"
        ),
    ]
    reason: Annotated[
        str | None, Field(description="Why it was refused, or failed", examples=["No such column 'KAP_Tier__c'"])
    ]
    attempts: Annotated[CountInt4, Field(description="How often these values were tried", examples=[1])]
    written_at: Annotated[datetime | None, Field(description="When the CRM last took values of ours")]
    updated_at: Annotated[datetime, Field(description="When this was tried last")]


def shown(row: Mapping[str, Any]) -> WriteBack:
    """A row as it is shown."""
    told = {name: row[name] for name in WriteBack.model_fields if name != "fields"}
    return WriteBack(fields=row["values"], **told)
