"""The wire of a plan's document: seven parts, each for the supplier alone or shared with the customer."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from app.accounts.schemas.words import Seniority, Side, Stance
from app.infra.wire import FiniteNumber, Id, IsoDate, MetricKey, MoneyIn, MoneyNotNegativeIn, Name, ShortText, WireModel
from app.planning.core.plays import PlayKey

Visibility = Literal["internal", "shared"]
EntryKey = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$",
        description="What the entry is known by in its part; it stays while the wording changes",
        examples=["line-uptime"],
    ),
]
Told = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
Role = Literal["decision_maker", "influencer", "sponsor", "user", "gatekeeper"]
Grade = Annotated[int, Field(ge=1, le=5)]
Internal = Annotated[Visibility, Field(description="`shared`: the customer sees this part, too")]
ObjectiveKind = Literal["business", "service", "issue_resolution", "consumption", "new_products", "solutions"]


class PlanObjective(WireModel):
    """What is to be reached, for whom, by when, and by which figure that is told."""

    key: EntryKey
    title: Name
    outcome: Side = Field(description="Whose outcome it is; the customer's come first")
    kind: ObjectiveKind = Field(
        default="business",
        description="`solutions`: products are connected into solutions; the four between are of retention and use",
    )
    owner_side: Side = Field(description="Who answers for it")
    description: Told | None = Field(default=None, description="What is meant, at length")
    metric: MetricKey | None = Field(default=None, description="The metric that tells how far it is; null: nobody does")
    baseline: FiniteNumber | None = Field(default=None, description="The figure at the outset, in the metric's unit")
    target: FiniteNumber | None = Field(default=None, description="The figure to be reached; it may be a lower one")
    due_on: IsoDate = Field(description="By when it is to be reached")


class PlanObjectives(WireModel):
    """The customer's objectives first, ours among them."""

    visibility: Internal = "shared"
    items: Annotated[list[PlanObjective], Field(max_length=50)] = Field(description="Each objective, by its key")


class PlanTarget(WireModel):
    """What we mean to earn in a quarter or a year."""

    metric: Literal["revenue", "margin"] = "revenue"
    period: Literal["quarter", "year"]
    starts_on: IsoDate = Field(description="The period's first day")
    ends_on: IsoDate = Field(description="Its last day; a quarter has 84 to 98 days, a year 357 to 371")
    amount: MoneyIn


class PlanTargets(WireModel):
    """Our targets by quarter and year; one for each metric, period and first day."""

    visibility: Internal = "internal"
    items: Annotated[list[PlanTarget], Field(max_length=60)] = Field(description="Each target")


Points = Annotated[list[Annotated[ShortText, Field(min_length=1)]], Field(max_length=20)]


class PlanSwot(WireModel):
    """Our strengths and weaknesses with this customer, and what may help or harm."""

    visibility: Internal = "internal"
    strengths: Points = Field(description="What speaks for us")
    weaknesses: Points = Field(description="What speaks against us")
    opportunities: Points = Field(description="What may help us there")
    threats: Points = Field(description="What may harm us there")


class PlanStakeholder(WireModel):
    """Somebody of the customer's, where they stand there, and how they stand to us."""

    key: EntryKey
    name: Name
    contact_id: Id | None = Field(default=None, description="The contact, where the CRM knows them")
    title: ShortText | None = None
    seniority: Seniority | None = None
    reports_to: EntryKey | None = Field(default=None, description="The key of whom they report to")
    role: Role | None = Field(default=None, description="Their part in what is bought")
    influence: Grade | None = Field(default=None, description="From 1, none, to 5, decides")
    stance: Stance = "unknown"
    owner_user_id: Id | None = Field(default=None, description="Who of ours keeps the relationship")
    note: Told | None = None


class PlanStakeholders(WireModel):
    """The organization chart and the map of relationships."""

    visibility: Internal = "internal"
    items: Annotated[list[PlanStakeholder], Field(max_length=100)] = Field(description="Each of them, by their key")


class PlanMilestone(WireModel):
    """A step of implementation, and the value that the customer is to have from it."""

    key: EntryKey
    title: Name
    objective: EntryKey | None = Field(default=None, description="The objective that it serves")
    owner_side: Side = Field(description="Who answers for it")
    measure: Told | None = Field(default=None, description="How the value is told")
    planned_value: MoneyNotNegativeIn | None = Field(
        default=None, description="What it should be worth to the customer"
    )
    realised_value: MoneyNotNegativeIn | None = Field(default=None, description="What it turned out to be worth")
    due_on: IsoDate
    realised_on: IsoDate | None = Field(default=None, description="When it was reached")


class PlanMilestones(WireModel):
    """How the customer comes to have what was promised."""

    visibility: Internal = "shared"
    items: Annotated[list[PlanMilestone], Field(max_length=50)] = Field(description="Each step, by its key")


class PlanRisk(WireModel):
    """What may go wrong, and what is done about it."""

    key: EntryKey
    title: Name
    likelihood: Grade = Field(description="From 1, hardly, to 5, almost certain")
    impact: Grade = Field(description="From 1, slight, to 5, the account is lost")
    mitigation: Told | None = Field(default=None, description="What is done so that it does not, or hurts less")
    owner_user_id: Id | None = None
    due_on: IsoDate | None = None


class PlanRisks(WireModel):
    """What may go wrong."""

    visibility: Internal = "internal"
    items: Annotated[list[PlanRisk], Field(max_length=50)] = Field(description="Each risk, by its key")


class PlanWhitespacePlay(WireModel):
    """How we mean to win what the customer does not buy from us yet."""

    key: EntryKey
    approach: Told = Field(description="How they are to be won")
    play: PlayKey | None = Field(default=None, description="A play of `GET /v1/plays`")
    buying_center_id: Id | None = None
    offering_id: Id | None = None
    owner_user_id: Id | None = None
    due_on: IsoDate | None = None


class PlanWhitespacePlays(WireModel):
    """What is to be done about whitespace."""

    visibility: Internal = "internal"
    items: Annotated[list[PlanWhitespacePlay], Field(max_length=100)] = Field(description="Each approach, by its key")


EXAMPLE: dict[str, Any] = {
    "customer_objectives": {
        "items": [
            {
                "key": "line-uptime",
                "title": "No line stands still for want of parts",
                "outcome": "customer",
                "kind": "service",
                "owner_side": "supplier",
                "metric": "on_time_delivery",
                "baseline": 0.91,
                "target": 0.98,
                "due_on": "2027-06-30",
            }
        ]
    },
    "growth_targets": {
        "items": [
            {
                "period": "quarter",
                "starts_on": "2027-01-01",
                "ends_on": "2027-03-31",
                "amount": {"amount": "250000.00", "currency": "EUR"},
            }
        ]
    },
}


class PlanDocument(WireModel):
    """An account plan: the customer's objectives, then what we mean to do for them and to gain by it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    customer_objectives: PlanObjectives | None = Field(default=None, description="What the customer wants to reach")
    growth_targets: PlanTargets | None = Field(default=None, description="What we mean to earn")
    swot: PlanSwot | None = Field(default=None, description="Where we stand with them")
    stakeholder_map: PlanStakeholders | None = Field(default=None, description="Who there matters, and to whom")
    value_plan: PlanMilestones | None = Field(default=None, description="Implementation, and the value it brings them")
    risks: PlanRisks | None = Field(default=None, description="What may go wrong, and what is done about it")
    whitespace_plays: PlanWhitespacePlays | None = Field(
        default=None, description="What is to be done about what they do not buy yet"
    )
