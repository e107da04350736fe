"""The wire of published figures."""

from pydantic import Field

from app.infra.wire import Answer
from app.kernel import benchmarks


class BenchmarkAnswer(Answer):
    """A published figure, as its source tells it; it is shown beside ours and never enters a score."""

    code: str = Field(description="Its name, for programs", examples=["current_spend_selection"])
    says: str = Field(
        description="What the figure is of",
        examples=[
            "Change in the likelihood of increased spend where key accounts are chosen mainly by what they spend now"
        ],
    )
    value: float = Field(description="In `unit`; the lower end of a range", examples=[-51])
    value_to: float | None = Field(
        description="The upper end of a range; null where the source gives one number", examples=[None]
    )
    unit: benchmarks.Unit = Field(description="What `value` is in", examples=["percent_change"])
    kind: benchmarks.Kind = Field(
        description="What sort of finding it is; an association is no effect", examples=["association"]
    )
    population: str = Field(description="Whom or what it is a figure of", examples=["Suppliers with key accounts"])
    n: int | None = Field(
        description="How many were asked for this very figure; null where the source does not say", examples=[None]
    )
    year: int | None = Field(description="When the source was published; null where it does not say", examples=[2022])
    evidence_grade: benchmarks.EvidenceGrade = Field(
        description="`survey`: the source says whom it asked; `uncited`: it only claims", examples=["survey"]
    )
    caveat: str = Field(
        description="What to bear in mind", examples=["An association found in a survey, not an effect"]
    )
    source: str = Field(description="Where it was published", examples=["A report on key account programs"])
