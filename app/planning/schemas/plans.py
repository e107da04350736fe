"""The wire of account plans: what is saved, what a plan comes to, its versions and what changed between them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainSerializer

from app.infra.wire import Answer, Id, IsoDate, LongText, WireModel
from app.planning.core.freshness import FreshnessClass
from app.planning.schemas.documents import EXAMPLE, PlanDocument

PlanState = Literal["active", "archived"]
Who = Annotated[Id | None, Field(description="Who says so, where the key belongs to nobody")]
Starts = Annotated[date, Field(description="Where the plan begins")]
SavedOn = Annotated[date, Field(description="The day on which the version was saved")]
Horizon = Annotated[date, Field(description="Where the plan ends, 12 to 36 months on")]


def _rounded(figure: float) -> float:
    return round(figure, 4) + 0.0


Share = Annotated[float, Field(ge=0, le=1), PlainSerializer(_rounded, return_type=float)]


class PlanBody(WireModel):
    """A plan, whole: what is left out of the document is not in the new version."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "starts_on": "2027-01-01",
                    "ends_on": "2028-12-31",
                    "note": "After the review with their operations",
                    "document": EXAMPLE,
                }
            ]
        }
    )

    starts_on: IsoDate = Field(description="Where the plan begins")
    ends_on: IsoDate = Field(description="12 to 36 months after `starts_on`, both valid")
    note: Annotated[LongText, Field(max_length=2_000)] | None = Field(
        default=None, description="Why it is saved; for the supplier alone"
    )
    user_id: Who = None
    document: PlanDocument


class PlanComponent(Answer):
    """One of the six components of a plan."""

    component: str = Field(examples=["risks"], description="The part of the document")
    complete: bool = Field(description="Whether it is there and not empty")
    missing: str | None = Field(description="What it lacks", examples=["a risk with its mitigation"])


class PlanQuickWins(Answer):
    """Which share comes within two quarters of the plan's start; actions that were dropped do not count."""

    by_worth: Share | None = Field(description="Of what the actions are worth; null while no worth is known")
    by_count: Share | None = Field(description="Of the actions; null without any")
    without_rate: int = Field(description="Actions whose worth has no exchange rate and is left out")


class PlanFreshness(Answer):
    """How a plan is kept up; a change of wording alone is no update."""

    kind: FreshnessClass = Field(
        description="`fresh` up to 30 days, `static` beyond `limit_days`, `empty` while nothing was said"
    )
    updated_on: date | None = Field(description="The day of the last version that said something new")
    days: int | None = Field(description="Days since then")
    limit_days: int = Field(description="The organization's `plan_days_above`")
    updates_365_days: int = Field(description="How many such versions there were in the last 365 days")


class PlanActionCounts(Answer):
    """How many actions the plan has, by state."""

    open: int = Field(description="To be done yet")
    overdue: int = Field(description="Open ones whose day has passed")
    done: int = Field(description="Done")
    dropped: int = Field(description="Given up")


class PlanFigures(Answer):
    """What a plan comes to."""

    completeness: Share = Field(description="The share of the six components that are complete")
    components: list[PlanComponent] = Field(description="The six components in their order")
    customer_outcome_share: Share | None = Field(
        description="The share of objectives whose outcome is the customer's; null without objectives"
    )
    customer_outcome_benchmark: Share = Field(description="What that share should be at least", examples=[0.5])
    product_push: int = Field(description="Actions of ours, not dropped, that serve no goal of the customer's")
    quick_wins: PlanQuickWins
    freshness: PlanFreshness
    co_created: bool = Field(
        description="Whether a contact of the customer signed the plan since it last said something new"
    )
    customer_signed: int | None = Field(description="The version that the customer signed since then")
    supplier_signed: int | None = Field(description="The version that somebody of ours signed since then")
    actions: PlanActionCounts
    readers: int = Field(description="How many people are to know the plan")
    readers_up_to_date: int = Field(description="How many have read it since it last said something new")


class AccountPlan(Answer):
    """An account's plan by its newest version."""

    id: Id
    account_id: Id
    state: PlanState = Field(description="An archived plan is shown while there is no active one")
    audience: Literal["internal", "customer"] = Field(description="For whom it is shown")
    number: int = Field(description="The number of its newest version")
    starts_on: Starts
    ends_on: Horizon
    document: PlanDocument = Field(description="For the customer: the shared parts alone")
    note: str | None = Field(description="Why it was saved; null for the customer")
    saved_on: SavedOn
    user_id: Id | None = Field(description="Who saved it, where that is known; null for the customer")
    user_name: str | None = Field(description="What they are called")
    figures: PlanFigures | None = Field(description="What it comes to; null for the customer")
    archived_at: datetime | None = Field(description="When it was put away")
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="For If-Match")


class PlanSummary(Answer):
    """A plan in the list."""

    id: Id
    account_id: Id
    account_name: str | None = Field(description="The account's name")
    state: PlanState
    number: int = Field(description="The number of its newest version")
    starts_on: Starts
    ends_on: Horizon
    saved_on: SavedOn
    figures: PlanFigures
    version: int = Field(description="For If-Match")


class PlanVersionSummary(Answer):
    """A version of a plan, without its document."""

    number: int = Field(description="Its number, from 1 on")
    starts_on: Starts
    ends_on: Horizon
    note: str | None
    substantive: bool = Field(description="Whether it said something new, rather than the same in other words")
    saved_on: SavedOn
    user_id: Id | None = Field(description="Who saved it, where that is known")
    user_name: str | None = Field(description="What they are called")
    created_at: datetime


class PlanVersion(PlanVersionSummary):
    """A version of a plan."""

    document: PlanDocument


class PlanDifference(Answer):
    """One place where two versions differ."""

    operation: Literal["added", "removed", "changed"] = Field(description="What happened there")
    pointer: str = Field(
        description="JSON pointer: into the earlier version where something was removed, else into the later one",
        examples=["/document/customer_objectives/items/0/target"],
    )
    key: str | None = Field(description="The key of the entry, where it has one", examples=["line-uptime"])
    before: Any = Field(description="What stood there; null where nothing did")
    after: Any = Field(description="What stands there; null where nothing does")


class PlanVersionDiff(Answer):
    """What changed from one version to another; entries are the same by their key, wherever they stand."""

    number: int = Field(description="The version asked for")
    against: int = Field(description="The version that it is compared with")
    substantive: bool = Field(description="Whether more changed than wording")
    differences: list[PlanDifference] = Field(description="Where they differ, in the order of the parts")


class PlanPlay(Answer):
    """Something that worked for a key account elsewhere."""

    key: str = Field(examples=["executive_alignment"])
    title: str
    preconditions: list[str] = Field(description="What has to be so before it is begun")
    steps: list[str] = Field(description="What is done, in order")
    metric: str = Field(description="The metric that should move", examples=["executives_met_new"])
    direction: Literal["rises", "falls"] = Field(description="Which way, if it works")
    expected: str = Field(description="What should come of it")
    case: str = Field(description="Where it worked")


class PlanPlays(Answer):
    """The library of plays."""

    data: list[PlanPlay]
