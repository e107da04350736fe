"""The wire of the audit of the program."""

from datetime import date

from pydantic import Field

from app.accounts.schemas.words import Function
from app.infra.wire import Answer, Id
from app.program.core.audit.checks import CheckUnit
from app.program.core.audit.collection import Verdict
from app.program.core.audit.judging import Status
from app.program.core.audit.parts import RequirementCode
from app.program.schemas.benchmarks import ListedBenchmark
from app.program.schemas.stated import Mandate


class BesideBenchmark(Answer):
    """A published figure of the same thing, and how far ours lies from it."""

    benchmark: ListedBenchmark = Field(description="The published figure; it decides nothing here")
    ours: float | None = Field(
        description="Our figure in the benchmark's unit; null where it is not known, or of another unit",
        examples=[12.5],
    )
    gap: float | None = Field(
        description="Ours less the published figure, the nearer end of a range; null where ours is", examples=[-3.5]
    )


class LackingAccount(Answer):
    """A key account that does not have it."""

    account_id: Id = Field(description="The account's id")
    account_name: str = Field(description="What the account is called", examples=["Cancity"])


class AuditCheck(Answer):
    """One thing that has to hold, and what was found."""

    code: str = Field(description="Its name, for programs", examples=["plans_fresh"])
    says: str = Field(description="What has to hold", examples=["The plan said something new in the last 90 days"])
    unit: CheckUnit = Field(description="What `value` is: a share from 0 to 1, a count, or 1 for yes and 0 for no")
    value: float | None = Field(description="What was found; null where there is nothing to judge by", examples=[0.25])
    count: int | None = Field(description="Of a share, how many have it; null for others", examples=[3])
    of: int | None = Field(description="Of a share, out of how many; null for others", examples=[12])
    at_least: float = Field(description="From where on it holds (our threshold)", examples=[0.8])
    holds: bool | None = Field(description="Whether it holds; null where that is not known")
    challenge: str | None = Field(
        description="What is wrong here; null where it holds",
        examples=["Plans are written once and left lying: 3 of 12"],
    )
    remedy: str | None = Field(
        description="What usually helps; null where it holds",
        examples=["Review each plan every quarter, and use it to decide with the customer"],
    )
    evidence: str = Field(description="The call that shows what stands behind it", examples=["GET /v1/plans"])
    lacking: list[LackingAccount] = Field(description="Key accounts that do not have it, ten at most, by id")
    beside: list[BesideBenchmark] = Field(
        description="Published figures of the same thing: the shipped one, then those that were brought in"
    )


class DesignRequirement(Answer):
    """A design requirement of the program."""

    code: RequirementCode = Field(description="Its name, for programs")
    says: str = Field(description="What it asks for", examples=["Plans are joint and alive"])
    status: Status = Field(
        description=(
            "`in_place`: all its checks hold; `partly`: some do, or come half way to what they need; `missing`: none"
            " does; `unknown`: nothing is known"
        )
    )
    challenges: list[str] = Field(
        description="What is wrong in this organization, what lacks most first",
        examples=[["Plans are written once and left lying: 3 of 12"]],
    )
    remedies: list[str] = Field(
        description="What usually helps against each, in the same order",
        examples=[["Review each plan every quarter, and use it to decide with the customer"]],
    )
    open_actions: int = Field(description="How many actions of the roadmap are under way for it", examples=[1])
    checks: list[AuditCheck] = Field(description="What was looked at")


class GuidingQuestion(Answer):
    """One of the four guiding questions."""

    code: str = Field(description="Its name, for programs", examples=["what_is_key"])
    says: str = Field(description="The question", examples=["What makes an account key here?"])
    answered: bool = Field(description="Whether everything that answers it holds")
    status: Status = Field(description="As that of a design requirement")
    evidence: list[str] = Field(
        description="What holds, with its figures", examples=[["Key accounts have a score of the model: 12 of 12"]]
    )
    gaps: list[str] = Field(
        description="What does not hold or is not known, what lacks most first",
        examples=[["Accounts became key by habit: nobody can say who chose them and why: 2 of 12"]],
    )


class CoreElement(Answer):
    """One of the elements that a program is made of."""

    code: str = Field(description="Its name, for programs", examples=["clear_plans"])
    says: str = Field(description="What it is", examples=["Clear account plans"])
    status: Status = Field(description="As that of a design requirement")
    checks: list[str] = Field(description="The codes of its checks", examples=[["planned", "plans_fresh"]])


class ProgramLink(Answer):
    """Something that each key account needs for all of them to be a program."""

    code: str = Field(description="The code of its check", examples=["calibrated"])
    share: float = Field(description="The share of key accounts that have it, from 0 to 1", examples=[0.5])
    lacking: int = Field(description="How many key accounts do not have it", examples=[6])
    breaks: str = Field(description="What happens without it", examples=["Resources are given and are not used"])


class CollectionOrProgram(Answer):
    """Whether key accounts are a program or only a collection, and what breaks first."""

    verdict: Verdict = Field(
        description=(
            "`program`: at least 0.8 of the key accounts have all links; `collection`: at most 0.2 do; `on_the_way`:"
            " between; `unknown`: there are no key accounts"
        )
    )
    key_accounts: int = Field(description="How many accounts are key", examples=[12])
    complete: int = Field(description="How many of them have all links", examples=[2])
    share: float | None = Field(description="complete / key_accounts; null without any", examples=[0.1667])
    links: list[ProgramLink] = Field(description="The links, each resting on those before it")
    breaks_first: ProgramLink | None = Field(description="The weakest link; null where every account has all of them")
    lacking: list[LackingAccount] = Field(description="Key accounts without the weakest link, ten at most, by id")


class RatedSubject(Answer):
    """What people's newest ratings come to."""

    name: str = Field(description="Of which question or skill", examples=["align_enterprise"])
    mean: float | None = Field(
        description="The mean of the functions' means, 1 to 5; null where nobody rated it", examples=[2.5]
    )
    spread: int | None = Field(description="The highest rating less the lowest; null without any", examples=[2])
    ratings: int = Field(description="How many ratings that is of", examples=[6])
    functions: list[Function] = Field(description="The functions that rated", examples=[["finance", "sales"]])


class RatedSkill(RatedSubject):
    """A skill of the managers, as it was rated."""

    gap: float | None = Field(description="How far the mean lies below 4; null where nobody rated it", examples=[1.5])
    importance: ListedBenchmark = Field(description="How many elsewhere count it among the top skills")


class PlanningWord(Answer):
    """How many rate account planning so, beside what was found elsewhere."""

    rating: str = Field(description="The rating in words", examples=["moderately_effective"])
    share: float | None = Field(description="Of the newest ratings, from 0 to 1; null without any", examples=[0.5])
    benchmark: ListedBenchmark = Field(description="What was found elsewhere")


class RaterCoverage(Answer):
    """Who took part in rating the program."""

    functions: list[Function] = Field(description="The functions that rated anything", examples=[["sales"]])
    cross_functional: bool = Field(description="Whether at least two functions other than sales did")


class RebuildLog(Answer):
    """How often the program was rebuilt in the last seven years."""

    rebuilds: int = Field(description="How often it was, as far as it is on record", examples=[2])
    causes: dict[str, int] = Field(description="How often for what", examples=[{"growth_below_plan": 2}])
    last_on: date | None = Field(description="When it was rebuilt last; null: never", examples=["2022-04-01"])
    benchmark: ListedBenchmark = Field(description="How many elsewhere rebuilt theirs at least once in that time")


class NextAction(Answer):
    """What is to be done first."""

    requirement: RequirementCode = Field(description="The design requirement that it is for")
    check: str = Field(description="The check that it is to mend", examples=["calibrated"])
    challenge: str = Field(description="What is wrong here", examples=["Plans are left lying: 3 of 12"])
    action: str = Field(description="What usually helps", examples=["Review each plan every quarter"])
    evidence: str = Field(description="The call that shows what stands behind it", examples=["GET /v1/plans"])
    open_actions: int = Field(description="How many actions of the roadmap are under way for its requirement")


class ProgramAudit(Answer):
    """What of a key account program is in place, as far as the data say."""

    as_of: date = Field(description="The day at whose end facts are read", examples=["2026-06-30"])
    simulated: bool = Field(description="Whether the organization's data are made up")
    key_accounts: int = Field(description="How many accounts are key", examples=[12])
    requirements: list[DesignRequirement] = Field(description="The six design requirements")
    questions: list[GuidingQuestion] = Field(description="The four guiding questions")
    elements: list[CoreElement] = Field(description="The six core elements")
    minimum_viable: list[CoreElement] = Field(description="What is enough to begin with")
    collection_or_program: CollectionOrProgram = Field(description="What the key accounts are together")
    maturity: list[RatedSubject] = Field(
        description="From sales alone (1) to the whole enterprise (5), per guiding question, as people rate it"
    )
    skills: list[RatedSkill] = Field(description="The skills of the managers, the widest gap first")
    planning: list[PlanningWord] = Field(description="How effective people find account planning")
    raters: RaterCoverage = Field(description="Who took part in rating")
    rebuilds: RebuildLog = Field(description="How often the program was rebuilt")
    mandate: Mandate | None = Field(description="The mandate in force; null without one")
    next_actions: list[NextAction] = Field(description="What is to be done first, three at most")
