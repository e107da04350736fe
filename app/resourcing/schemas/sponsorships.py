"""The wire of executive sponsorships: who sponsors which account, for what, and whether it is lived."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.accounts.schemas.words import Seniority
from app.infra.wire import Answer, Id, IsoDate, Name, ShortText, WireModel
from app.resourcing.core.sponsorships import Flag, SponsorLevel

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
Text1000 = Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"^[^\x00]*$")]
CadenceDays = Annotated[int, Field(ge=7, le=730, description="After how many days the two are to have met again")]
A_CHARTER: JsonDict = {
    "scope": "The relationship with their board, and what is escalated",
    "responsibilities": ["Meet their COO every quarter", "Clear roadblocks between functions"],
    "out_of_scope": "Prices and deals",
    "time_budget_days_per_quarter": 3.0,
    "next_review_on": "2027-06-30",
}


class SponsorCharter(WireModel):
    """What the sponsor answers for; a role of which a part is missing counts as undefined."""

    model_config = ConfigDict(json_schema_extra={"examples": [A_CHARTER]})

    scope: Text1000 | None = Field(
        default=None, description="What the role is about", examples=["The relationship with their board"]
    )
    responsibilities: Annotated[list[ShortText], Field(max_length=20)] = Field(
        default=[], description="What the sponsor does", examples=[["Meet their COO every quarter"]]
    )
    out_of_scope: Text1000 | None = Field(
        default=None, description="What the sponsor leaves to others", examples=["Prices and deals"]
    )
    time_budget_days_per_quarter: Annotated[float, Field(gt=0, le=65)] | None = Field(
        default=None, description="Days per quarter that the sponsor has for it", examples=[3.0]
    )
    next_review_on: IsoDate | None = Field(
        default=None, description="When the charter is looked at again", examples=["2027-06-30"]
    )


class NewSponsorshipBody(WireModel):
    """Which executive of ours sponsors the account, and for what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"user_id": AN_ID, "level": "c_level", "cadence_days": 90, "charter": A_CHARTER}]
        }
    )

    user_id: Id = Field(description="The sponsor")
    level: SponsorLevel = Field(description="How senior the sponsor is")
    contact_id: Id | None = Field(default=None, description="The customer's executive with whom they are paired")
    cadence_days: CadenceDays = 90
    charter: SponsorCharter = Field(default_factory=SponsorCharter, description="What the sponsor answers for")
    started_on: IsoDate | None = Field(
        default=None, description="Since when; today when not given, never later", examples=["2026-01-15"]
    )


class SponsorshipBody(WireModel):
    """What is to change about a sponsorship; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cadence_days": 60}]})

    level: SponsorLevel | None = Field(default=None, description="How senior the sponsor is")
    contact_id: Id | None = Field(
        default=None, description="The customer's executive with whom they are paired; null for nobody"
    )
    cadence_days: CadenceDays | None = None
    charter: SponsorCharter | None = Field(default=None, description="The whole charter, as it is from now on")

    @model_validator(mode="after")
    def _nothing_emptied(self) -> Self:
        for name in ("level", "cadence_days", "charter"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise PydanticCustomError("not_null", "Only `contact_id` may be null; leave out what stays")
        return self


class SponsorshipEndBody(WireModel):
    """Why a sponsorship ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The sponsor moves to another region"}]})

    reason: Text1000 = Field(description="Why it ends", examples=["The sponsor moves to another region"])
    on: IsoDate | None = Field(
        default=None,
        description="The first day on which it is over; today when not given, never later",
        examples=["2026-10-01"],
    )


class SponsorCharterAnswer(Answer):
    """What the sponsor answers for; what is not written down is null."""

    scope: str | None = Field(description="What the role is about", examples=["The relationship with their board"])
    responsibilities: list[str] = Field(
        description="What the sponsor does", examples=[["Meet their COO every quarter"]]
    )
    out_of_scope: str | None = Field(description="What the sponsor leaves to others", examples=["Prices and deals"])
    time_budget_days_per_quarter: float | None = Field(
        description="Days per quarter that the sponsor has for it", examples=[3.0]
    )
    next_review_on: date | None = Field(description="When the charter is looked at again", examples=["2027-06-30"])


class SponsorCounterpart(Answer):
    """The customer's executive with whom the sponsor is paired."""

    contact_id: Id = Field(description="The contact's id")
    name: str = Field(description="What they are called", examples=["Grace Hopper"])
    title: str | None = Field(description="Their position", examples=["Chief operating officer"])
    seniority: Seniority | None = Field(description="How senior they are; null where it is not known")
    active: bool = Field(description="Whether they are still there")


class SponsorActivity(Answer):
    """How the two keep in touch.

    Counted are executive reviews, business reviews with an executive of the customer's, and meetings, steering
    committees and workshops with the counterpart.
    """

    last_on: date | None = Field(description="When they met last; null before the first time", examples=["2026-09-14"])
    days_since: int = Field(description="Days since then, or since the sponsorship began", examples=[41])
    next_due_on: date | None = Field(
        description="By when they are to have met again; null once it is over", examples=["2026-12-13"]
    )
    held: int = Field(description="Meetings of the last 365 days, or since it began", examples=[3])
    planned: int = Field(description="How many the cadence asks for in these days", examples=[4])
    adherence: float | None = Field(description="held / planned, at most 1; null while none was due", examples=[0.75])


class SponsorshipAnswer(Answer):
    """An executive's sponsorship of an account."""

    id: Id = Field(description="Its id")
    account_id: Id = Field(description="The account's id")
    account_name: str = Field(description="What the account is called", examples=["Cancity"])
    user_id: Id = Field(description="The sponsor")
    user_name: str = Field(description="What the sponsor is called", examples=["Ada Lovelace"])
    level: SponsorLevel = Field(description="How senior the sponsor is")
    counterpart: SponsorCounterpart | None = Field(description="With whom they are paired; null: with nobody")
    charter: SponsorCharterAnswer = Field(description="What the sponsor answers for")
    charter_complete: bool = Field(description="Whether all of the charter is written down")
    charter_missing: list[str] = Field(description="What of it is not", examples=[["out_of_scope"]])
    cadence_days: int = Field(description="After how many days the two are to have met again", examples=[90])
    activity: SponsorActivity = Field(description="How the two keep in touch")
    seniority_gap: int | None = Field(
        description="Levels between the two, at most 1 in a good pair; null where one is not known", examples=[1]
    )
    sponsor_accounts: int = Field(description="How many accounts the sponsor has now; 5 are the most", examples=[4])
    flags: list[Flag] = Field(
        description="What is wrong with it; a sponsorship that is over has none", examples=[["no_recent_meeting"]]
    )
    started_on: date = Field(description="Since when it lasts", examples=["2026-01-15"])
    ended_on: date | None = Field(description="The first day on which it was over; null while it lasts")
    end_reason: str | None = Field(description="Why it ended", examples=["The sponsor moves to another region"])
    version: int = Field(description="Grows with each change; the ETag")
    created_at: datetime = Field(description="When we first knew of it")
    updated_at: datetime = Field(description="When it last changed")


class PairedSponsor(Answer):
    """Who is paired with an executive."""

    sponsorship_id: Id = Field(description="The sponsorship")
    user_id: Id = Field(description="The sponsor")
    user_name: str = Field(description="What the sponsor is called", examples=["Ada Lovelace"])
    level: SponsorLevel = Field(description="How senior the sponsor is")


class CoveredExecutive(Answer):
    """An executive of the customer's, and who of ours is their counterpart."""

    contact_id: Id = Field(description="The contact's id")
    name: str = Field(description="What they are called", examples=["Grace Hopper"])
    title: str | None = Field(description="Their position", examples=["Chief operating officer"])
    seniority: Seniority = Field(description="`vp` or `c_level`", examples=["c_level"])
    sponsors: list[PairedSponsor] = Field(description="Who is paired with them; empty: uncovered")


class ExecutiveCoverage(Answer):
    """The customer's executives, covered or not."""

    account_id: Id = Field(description="The account's id")
    executives: int = Field(description="How many active contacts are vice presidents or above", examples=[3])
    covered: int = Field(description="How many of them have a sponsor for a counterpart", examples=[2])
    coverage: float | None = Field(description="covered / executives; null without any", examples=[0.6667])
    data: list[CoveredExecutive] = Field(description="The executives, by name")


class SponsorLoad(Answer):
    """A sponsor, how many accounts they have, and what is wrong with how many of them."""

    user_id: Id = Field(description="The sponsor")
    user_name: Name = Field(description="What the sponsor is called", examples=["Ada Lovelace"])
    accounts: int = Field(description="Accounts that they sponsor now", examples=[6])
    overloaded: bool = Field(description="Whether that is more than the most")
    time_budget_days_per_quarter: float = Field(
        description="What their charters ask of them together, where they say it", examples=[12.0]
    )
    met_in_time: int = Field(description="With how many of them they met within the cadence", examples=[4])
    flags: dict[str, int] = Field(
        description="How many of their sponsorships carry each flag", examples=[{"no_recent_meeting": 2}]
    )


class SponsorLoads(Answer):
    """All who sponsor accounts now."""

    most_accounts: int = Field(description="How many accounts a sponsor should have at most", examples=[5])
    sponsorships: int = Field(description="How many sponsorships last", examples=[24])
    data: list[SponsorLoad] = Field(description="The sponsors, those with most accounts first")
