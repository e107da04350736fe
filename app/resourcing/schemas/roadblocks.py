"""The wire of roadblocks: what stands in the way, how long, who has it now, and what recurs."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.accounts.schemas.words import Function
from app.infra.wire import Answer, Id, IsoDate, LongText, Name, WireModel
from app.resourcing.core.roadblocks.ladder import Rung, Severity

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
RoadblockKind = Literal[
    "capacity", "priority", "policy", "pricing", "legal", "technical", "data", "skills", "process", "relationship",
    "other",
]  # fmt: skip
RoadblockState = Literal["open", "mitigating", "resolved"]
MoveKind = Literal["opened", "changed", "escalated", "resolved"]
Text2000 = Annotated[LongText, Field(max_length=2_000)]
Kind = Annotated[RoadblockKind, Field(description="What it is about")]
OfFunction = Annotated[Function, Field(description="Where it stands: whose leader it is taken to first")]
HowGrave = Annotated[
    Severity, Field(description="How grave; the organization's `roadblock_days` say within how many days it is to go")
]
Title = Annotated[Name, Field(description="What stands in the way", examples=["No field engineer in Asia"])]
Impact = Annotated[
    Text2000 | None, Field(description="What it costs the account", examples=["The pilot slips by a quarter"])
]
Owner = Annotated[Id | None, Field(description="Who of ours is to clear it")]
On = Annotated[
    IsoDate | None,
    Field(description="The day on which it happened; today when not given", examples=["2026-05-04"]),
]
Who = Annotated[Id | None, Field(description="Who says so, where the key belongs to nobody and somebody does")]


class NewRoadblockBody(WireModel):
    """Something that stands in the way of an account, or of the whole program."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account_id": AN_ID,
                    "kind": "capacity",
                    "function": "service",
                    "severity": "high",
                    "title": "No field engineer in Asia",
                    "impact": "The pilot slips by a quarter",
                    "owner_user_id": AN_ID,
                }
            ]
        }
    )

    account_id: Id | None = Field(
        default=None, description="In whose way; left out for the whole program, or where a commitment says it"
    )
    commitment_id: Id | None = Field(default=None, description="The commitment that it endangers")
    kind: Kind
    function: OfFunction
    severity: HowGrave
    title: Title
    impact: Impact = None
    owner_user_id: Owner = None
    due_on: IsoDate | None = Field(
        default=None, description="By when it is to be gone; by its severity when not given", examples=["2026-05-11"]
    )
    on: On = None
    user_id: Who = None


class RoadblockBody(WireModel):
    """What is to change about a roadblock; what is left out stays, null empties."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"state": "mitigating", "note": "An engineer is hired, and starts in June"}]}
    )

    kind: Kind | None = None
    function: OfFunction | None = None
    severity: HowGrave | None = None
    title: Title | None = None
    impact: Impact = None
    owner_user_id: Owner = None
    due_on: IsoDate | None = Field(default=None, description="By when it is to be gone", examples=["2026-06-30"])
    state: Literal["open", "mitigating"] | None = Field(
        default=None, description="`mitigating`: somebody works on it; its days go on"
    )
    note: Text2000 | None = Field(
        default=None, description="What there is to say of it", examples=["An engineer is hired, and starts in June"]
    )
    on: On = None
    user_id: Who = None


class RoadblockResolutionBody(WireModel):
    """How a roadblock was cleared."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"resolution": "An engineer moved to Singapore"}]})

    resolution: Annotated[Text2000, Field(min_length=1)] = Field(
        description="What was done about it", examples=["An engineer moved to Singapore"]
    )
    on: On = None
    user_id: Who = None


class RoadblockEscalation(Answer):
    """A rung that a roadblock was taken to."""

    rung: Rung = Field(description="How far up")
    on: date = Field(description="When it was taken there")
    user_id: Id | None = Field(description="Who was told; null where nobody is named for it")
    user_name: str | None = Field(description="What they are called", examples=["Ada Lovelace"])


class NextEscalation(Answer):
    """Where a roadblock is taken next, unless it is resolved before."""

    rung: Rung = Field(description="How far up")
    on: date = Field(description="The first day on which it is taken there")


class Roadblock(Answer):
    """Something that stands in the way, and how it stands today."""

    id: Id
    account_id: Id | None = Field(description="In whose way; null: of the whole program")
    account_name: str | None = Field(description="What the account is called", examples=["Northwind"])
    commitment_id: Id | None = Field(description="The commitment that it endangers")
    objection_id: Id | None = Field(description="The objection of a review that it was before the account was selected")
    kind: Kind
    function: OfFunction
    severity: HowGrave
    title: str = Field(description="What stands in the way", examples=["No field engineer in Asia"])
    impact: Impact
    owner_user_id: Owner
    owner_name: str | None = Field(description="What the owner is called", examples=["Ada Lovelace"])
    state: RoadblockState = Field(description="`mitigating`: somebody works on it")
    opened_on: date = Field(description="Since when it stands in the way")
    due_on: date = Field(description="By when it is to be gone")
    resolved_on: date | None = Field(description="When it was gone")
    resolution: str | None = Field(description="What was done", examples=["An engineer moved to Singapore"])
    rung: Rung = Field(description="How far up it was taken")
    age_days: int = Field(description="How long it has stood in the way, or did", examples=[12])
    breached: bool = Field(description="Whether it stood in the way beyond its day, or still does")
    next_escalation: NextEscalation | None = Field(description="Null where it is resolved or at the top")
    escalations: list[RoadblockEscalation] = Field(description="The rungs that it was taken to, lowest first")
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="For If-Match", examples=[2])


class RoadblockMove(Answer):
    """What happened to a roadblock; it is never changed."""

    id: Id
    kind: MoveKind = Field(description="What happened")
    rung: Rung | None = Field(description="Where it was taken, where it was escalated")
    moved_on: date = Field(description="The day on which it happened")
    user_id: Id | None = Field(description="Who did it; null: the service, or another system")
    user_name: str | None = Field(description="What they are called", examples=["Ada Lovelace"])
    to_user_id: Id | None = Field(description="Who was told, where it was escalated")
    to_user_name: str | None = Field(description="What they are called", examples=["Grace Hopper"])
    note: str | None = Field(description="What was changed or said", examples=["state open -> mitigating"])
    created_at: datetime


class RecurringAccount(Answer):
    """An account in whose way it stands, or stood."""

    account_id: Id
    account_name: str | None = Field(description="What the account is called", examples=["Northwind"])


class RecurringRoadblock(Answer):
    """What stands in the way of account after account."""

    kind: Kind
    function: OfFunction
    accounts: list[RecurringAccount] = Field(description="In whose way they stand, or stood")
    roadblocks: int = Field(description="How many there were", examples=[4])
    severity: HowGrave = Field(description="The gravest of them")
    last_opened_on: date = Field(description="When the last of them was opened")
    roadblock_id: Id | None = Field(description="The program's own roadblock for them; null: it is not opened yet")
    roadblock_state: RoadblockState | None = Field(description="How that one stands")


class RecurringRoadblocks(Answer):
    """What recurs, what concerns the most accounts first."""

    accounts_from: int = Field(description="So many accounts make it recurring", examples=[3])
    days: int = Field(description="Roadblocks opened within so many days count", examples=[180])
    data: list[RecurringRoadblock] = Field(description="What concerns the most accounts first")


class AgeBand(Answer):
    """How many stood in the way for how long."""

    band: str = Field(description="Days since they were opened", examples=["8-14"])
    open: int = Field(description="How many", examples=[2])


class RoadblockAges(Answer):
    """How long things have stood in the way."""

    open: int = Field(description="How many stood in the way", examples=[7])
    breached: int = Field(description="Of these, how many beyond their day", examples=[3])
    oldest_days: int = Field(description="The age of the oldest; 0 without any", examples=[41])
    median_days: float | None = Field(description="Their median age; null without any", examples=[12.5])
    bands: list[AgeBand] = Field(description="By how long they have stood there, the youngest first")


class FunctionRoadblockAges(RoadblockAges):
    """The same of one function."""

    function: OfFunction


class RoadblockAgeing(RoadblockAges):
    """How long what stands in the way at the end of a day has stood there, in all and by function."""

    as_of: date = Field(description="At the end of which day", examples=["2026-05-04"])
    functions: list[FunctionRoadblockAges] = Field(description="Those in whose house something stands in the way")
