"""The wire of previews: two versions of models compared, the whole and each account under both."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, SkipValidation

from app.infra.wire import Answer, Id
from app.selection.schemas.analyses import AnalysisAnswer, AskAnalysisBody
from app.selection.schemas.models import SelectionModelBody
from app.selection.schemas.scores import ChangePart, Quadrant
from app.selection.schemas.stability import TopN


class AskPreviewBody(AskAnalysisBody):
    """What the version is compared with."""

    against_model_id: Id | None = Field(
        default=None,
        description="A model whose published version stands now; the one that the organization scores with if absent",
    )
    top_n: TopN | None = Field(
        default=None, description="How many accounts are the top; a tenth of those with a rank, rounded up, if absent"
    )


class PreviewedVersion(Answer):
    """One side of a preview: a version, and the model as it was when the preview was asked."""

    model_id: UUID = Field(description="The model's id")
    model_version: int = Field(description="The version's number", examples=[3])
    model: SkipValidation[SelectionModelBody] = Field(description="The model as it was when the preview was asked")


class BeforeAfter(Answer):
    """A count on both sides."""

    before: int = Field(description="With what stands", examples=[85])
    after: int = Field(description="With what would take its place", examples=[85])


class SharesBeforeAfter(Answer):
    """A mean share on both sides; null without accounts."""

    before: float | None = Field(description="With what stands", examples=[0.71])
    after: float | None = Field(description="With what would take its place", examples=[0.78])


class RankMoves(Answer):
    """How the order changes."""

    moved: int = Field(description="Accounts with a rank on both sides whose rank changes")
    risen: int = Field(description="Those of them that rise", examples=[30])
    fallen: int = Field(description="Those of them that fall", examples=[34])
    gained: int = Field(description="Accounts that have a rank after and none before")
    lost: int = Field(description="Accounts that have a rank before and none after", examples=[0])
    spearman_rho: float | None = Field(
        description="Among accounts with a rank on both sides; null where fewer than two, or all tie"
    )
    kendall_tau_b: float | None = Field(description="Among the same accounts", examples=[0.84])


class TierTransition(Answer):
    """How many accounts go from one tier to another, or stay."""

    from_: str = Field(alias="from", description="The tier with what stands", examples=["tier_3"])
    to: str = Field(description="The tier with what would take its place", examples=["tier_2"])
    accounts: int = Field(description="How many accounts", examples=[6])


class QuadrantTransition(Answer):
    """How many accounts go from one quadrant to another, or stay; null is no quadrant."""

    from_: Quadrant | None = Field(alias="from", description="The quadrant with what stands")
    to: Quadrant | None = Field(description="The quadrant with what would take its place")
    accounts: int = Field(description="How many accounts", examples=[6])


class TopMoves(Answer):
    """Accounts that enter or leave the top."""

    accounts: int = Field(description="How many accounts", examples=[2])
    account_ids: list[UUID] = Field(description="The first hundred, by rank")


class PreviewedCriterion(Answer):
    """A criterion that only one side has, or that differs; shares are of its dimension's weight."""

    criterion: str = Field(description="The criterion's key", examples=["goal_fit"])
    kind: Literal["added", "dropped", "changed"] = Field(
        description="Whether only the later model has it, only the earlier, or both"
    )
    share_before: float | None = Field(description="With what stands; null where it is not there", examples=[0.25])
    share_after: float | None = Field(
        description="With what would take its place; null where it is not there", examples=[0.3]
    )
    fields: list[str] = Field(description="What else of it differs", examples=[["value_function"]])


class ModelChanges(Answer):
    """What differs between both models."""

    criteria: list[PreviewedCriterion] = Field(description="The criteria that differ")
    rules: list[str] = Field(description="Other parts of the model that differ", examples=[["gates", "tiers"]])


class PreviewResult(Answer):
    """What would change, over all accounts."""

    accounts: int = Field(description="How many accounts there were on the day", examples=[85])
    ranked: BeforeAfter = Field(description="Accounts with a composite")
    coverage: SharesBeforeAfter = Field(description="The mean coverage of the composite")
    ranks: RankMoves = Field(description="How the order changes")
    tiers: list[TierTransition] = Field(description="The most accounts first; those that stay are there too")
    quadrants: list[QuadrantTransition] = Field(description="The same of quadrants")
    top_n: int = Field(description="How many accounts are the top", examples=[9])
    entering: TopMoves = Field(description="Accounts that would be the top and are not")
    leaving: TopMoves = Field(description="Accounts that are the top and would not be")
    model_changes: ModelChanges = Field(description="What differs between both models")


class PreviewAnswer(AnalysisAnswer):
    """A preview; `result` is null until its job has succeeded."""

    top_n: int | None = Field(description="As it was asked; null: a tenth of the accounts with a rank")
    before: PreviewedVersion = Field(description="What stands")
    after: PreviewedVersion = Field(description="What would take its place")
    result: PreviewResult | None = Field(description="What would change over all; null until its job has succeeded")


class PreviewedStanding(Answer):
    """An account under one of the models."""

    composite: float | None = Field(description="From 0 to 100", examples=[64.8])
    opportunity: float | None = Field(description="From 0 to 100", examples=[58.3])
    alignment: float | None = Field(description="From 0 to 100", examples=[71.3])
    coverage: float = Field(description="The share of the weight whose metrics are known", examples=[0.78])
    rank: int | None = Field(description="Among all accounts; 1 is best", examples=[12])
    tier: str = Field(description="As computed; a manual tier holds under either model")
    quadrant: Quadrant | None = Field(description="Null where a score is")
    provisional: bool = Field(description="Whether the tier may still change with what is unknown")


class AccountPreview(Answer):
    """What would change for an account."""

    account_id: UUID = Field(description="The account's id")
    account_name: str | None = Field(description="What it is called now", examples=["Cancity"])
    before: PreviewedStanding = Field(description="Under what stands")
    after: PreviewedStanding = Field(description="Under what would take its place")
    rank_change: int | None = Field(description="Places that it rises; below 0 where it falls")
    composite_change: float | None = Field(
        description="Points that it gains; null without a composite on both sides", examples=[3.1]
    )
    tier_changed: bool = Field(description="Whether its computed tier changes")
    quadrant_changed: bool = Field(description="Whether its quadrant changes")
    parts: list[ChangePart] | None = Field(
        description=(
            "Why the composite changes, of the twenty accounts that change most; they add up to its change."
            " Null for all others"
        )
    )


def sides(parameters: Any, model_id: Any, number: int, document: Any) -> dict[str, Any]:
    """Both sides of a preview as its answer has them."""
    against = parameters["against"]
    return {
        "before": {
            "model_id": against["model_id"],
            "model_version": against["model_version"],
            "model": against["document"],
        },
        "after": {"model_id": model_id, "model_version": number, "model": document},
    }
