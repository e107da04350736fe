"""The wire of themes: which goals belong together, and how much both sides want the same."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer
from pydantic.config import JsonDict

from app.calibration.core.parties import Party
from app.calibration.core.potential import Kind
from app.calibration.schemas.submissions import EntryKey, Grade, Who
from app.infra.wire import Answer, Id, Name, WireModel

EXAMPLE: JsonDict = {
    "name": "Reliability of the lines",
    "supplier_goals": ["service-revenue"],
    "customer_goals": ["line-uptime", "spare-parts"],
}


def _rounded(figure: float) -> float:
    return round(figure, 4) + 0.0


Figure = Annotated[float, PlainSerializer(_rounded, return_type=float)]
Share = Annotated[Figure, Field(ge=0, le=1)]
Balance = Annotated[Figure, Field(ge=-1, le=1)]
NotNegative = Annotated[Figure, Field(ge=0)]
Points = Annotated[Figure, Field(ge=0, le=100)]
SupplierGoals = Annotated[
    list[EntryKey], Field(max_length=50, description="Goals of the supplier's, by their keys", examples=[["reach"]])
]
CustomerGoals = Annotated[
    list[EntryKey], Field(max_length=50, description="Goals of the customer's, by their keys", examples=[["uptime"]])
]


class ThemeBody(WireModel):
    """What goals of one side or of both have in common."""

    name: Name = Field(description="What they have in common, in words", examples=["Reliability of the lines"])
    supplier_goals: SupplierGoals = Field(default=[])
    customer_goals: CustomerGoals = Field(default=[])


class GuestThemesBody(WireModel):
    """The whole mapping, in place of the one before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"themes": [EXAMPLE]}]})

    themes: Annotated[list[ThemeBody], Field(max_length=100)] = Field(description="A goal is in one of them at most")


class ThemesBody(GuestThemesBody):
    """The whole mapping, in place of the one before."""

    user_id: Who = None


class CalibrationTheme(Answer):
    """A theme, and what it counts to each side."""

    id: Id
    name: str = Field(description="What its goals have in common", examples=["Reliability of the lines"])
    supplier_goals: SupplierGoals
    customer_goals: CustomerGoals
    kind: Kind = Field(description="Whether both sides have a goal in it, or one of them alone")
    supplier_importance: int = Field(
        ge=0, le=5, description="That of the supplier's most important goal in it; 0 without any", examples=[4]
    )
    customer_importance: int = Field(
        ge=0, le=5, description="That of the customer's most important goal in it; 0 without any", examples=[5]
    )
    potential: Points = Field(description="What it adds to the potential", examples=[28.5714])
    asymmetry: Balance = Field(description="What it adds to the asymmetry", examples=[-0.0714])


class UnmappedGoal(Answer):
    """A goal that is in no theme yet, as the side submitted it; until it is mapped nobody shares it."""

    party: Party = Field(description="Whose goal it is")
    key: EntryKey
    title: str = Field(description="What it is, in a few words", examples=["No line stands still"])
    theme: str | None = Field(description="What the side says it is about", examples=["uptime"])
    importance: Grade = Field(description="1 (of little account) to 5 (decisive)")
    potential: Points = Field(description="What it adds to the potential: 0, as nobody shares it", examples=[0])
    asymmetry: Balance = Field(description="What it adds to the asymmetry", examples=[0.2])


class PartyExchange(Answer):
    """What a side seeks against what it offers."""

    party: Party = Field(description="Which side")
    sought: int = Field(description="The importance of all that it expects, added up", examples=[14])
    offered: int = Field(description="The levels of all that it commits itself to, added up", examples=[9])
    asymmetry: Balance | None = Field(
        description="(sought - offered) / the greater of both: 1 seeks alone, -1 offers alone; null where it does "
        "neither",
        examples=[0.3571],
    )
    seeks_more: bool = Field(description="Whether that is above `seeks_more_above`")


class CalibrationExploration(Answer):
    """How much both sides want the same: themes and goals that are in none; their parts add up to the figures."""

    calibration_id: UUID = Field(description="The calibration's id")
    round: int = Field(description="How often the sides have explored", examples=[1])
    revealed: bool = Field(description="Whether both sides read each other's goals; before that there is nothing here")
    complete: bool = Field(description="Whether every goal of both sides is in a theme")
    potential: Points | None = Field(
        description="100 · Σ min / Σ max of both sides' importance over the themes; null while nothing is mapped, and "
        "until all is mapped the least that it can be",
        examples=[57.1429],
    )
    overlap: Share | None = Field(description="Weighted Jaccard: the potential as a share", examples=[0.5714])
    asymmetry: Balance | None = Field(
        description="Σ (supplier - customer) / Σ max: above 0 where the supplier wants it more", examples=[0.0714]
    )
    leans: bool = Field(description="Whether the asymmetry is beyond `asymmetry_limit` either way")
    asymmetry_limit: Share = Field(description="Beyond it a deep level would not hold", examples=[0.35])
    joint_share: Share | None = Field(
        description="How much of all that is wanted, by importance, both sides name: evidence that neither side has "
        "alone",
        examples=[0.7619],
    )
    commitment_gap: Balance | None = Field(
        description="The asymmetry of commitments, theme by theme: above 0 where the supplier commits itself to more",
        examples=[0.25],
    )
    themes: list[CalibrationTheme] = Field(description="In the order in which they were mapped")
    unmapped: list[UnmappedGoal] = Field(description="Goals that are in no theme yet, the supplier's first")
    exchanges: list[PartyExchange] = Field(description="The supplier's and the customer's; none before the reveal")
    exchange_ratio: NotNegative | None = Field(
        description="What the customer offers for each unit that the supplier offers: 1 is even, below it the supplier "
        "gives more; null before the reveal, and where the supplier offers nothing",
        examples=[0.8],
    )
    seeks_more_above: Share = Field(description="From where on a side seeks too much more than it offers")
    version: int = Field(description="The calibration's, for If-Match")
