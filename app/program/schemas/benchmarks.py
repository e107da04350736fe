"""The wire of published figures: those shipped, and sets that were brought in."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, FiniteNumber, Id, IsoDate, LongText, Name, WireModel
from app.kernel import benchmarks

Text1000 = Annotated[LongText, Field(max_length=1_000, min_length=1)]
FigureCode = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        description="Its name, for programs; the code of a shipped figure, where it is of the same thing",
        examples=["resources_fully_used"],
    ),
]


class BenchmarkBody(WireModel):
    """A figure that somebody published, as its source tells it."""

    code: FigureCode
    says: Text1000 = Field(description="What the figure is of", examples=["Managers whose customers use all they get"])
    value: FiniteNumber = Field(description="In `unit`; the lower end of a range", examples=[21.0])
    value_to: FiniteNumber | None = Field(default=None, description="The upper end of a range", examples=[25.0])
    unit: benchmarks.Unit = Field(description="What `value` is in")
    kind: benchmarks.Kind = Field(description="What sort of finding it is; an association is no effect")
    population: Text1000 = Field(description="Whom or what it is a figure of", examples=["Key account managers"])
    n: Annotated[int, Field(ge=1, le=100_000_000)] | None = Field(
        default=None, description="How many were asked for this very figure; left out where the source does not say"
    )
    year: Annotated[int, Field(ge=1900, le=2200)] | None = Field(
        default=None, description="When it was published; that of the set when left out", examples=[2025]
    )
    evidence_grade: benchmarks.EvidenceGrade = Field(
        description="`survey`: the source says whom it asked; `uncited`: it only claims"
    )
    caveat: Text1000 = Field(description="What to bear in mind", examples=["Members of one association only"])

    @model_validator(mode="after")
    def _in_order(self) -> "BenchmarkBody":
        if self.value_to is not None and self.value_to < self.value:
            raise PydanticCustomError("order", "`value_to` must not lie below `value`")
        return self


A_SET: Final[JsonDict] = {
    "name": "Association of account managers",
    "source": "Yearly survey of the association",
    "published_on": "2025-03-01",
    "benchmarks": [
        {
            "code": "resources_fully_used",
            "says": "Managers whose customers make full use of their resources",
            "value": 21.0,
            "unit": "percent",
            "kind": "share",
            "population": "Members of the association",
            "n": 410,
            "evidence_grade": "survey",
            "caveat": "Members of one association only",
        }
    ],
}


class BenchmarkSetBody(WireModel):
    """A set of published figures of one source."""

    model_config = ConfigDict(json_schema_extra={"examples": [A_SET]})

    name: Name = Field(
        description="What the set is called; of a name that is there it becomes the next number",
        examples=["Association of account managers"],
    )
    source: Text1000 = Field(description="Where it was published", examples=["Yearly survey of the association"])
    published_on: IsoDate | None = Field(default=None, description="When it was published", examples=["2025-03-01"])
    benchmarks: Annotated[list[BenchmarkBody], Field(min_length=1, max_length=200)] = Field(description="The figures")


class BenchmarkOrigin(Answer):
    """The set that a figure was brought in with."""

    id: Id = Field(description="The set's id")
    name: str = Field(description="What the set is called", examples=["Association of account managers"])
    number: int = Field(description="Which number of the set", examples=[2])


class ListedBenchmark(BenchmarkAnswer):
    """A published figure, and whether it came with a set; it is shown beside ours and never enters a score."""

    benchmark_set: BenchmarkOrigin | None = Field(
        description="The set that it was brought in with; null for those that the service ships with"
    )


class BenchmarkList(Answer):
    """Every published figure that ours may be shown beside."""

    data: list[ListedBenchmark] = Field(description="Those shipped, then those of the newest number of each set")
    next_cursor: str | None = Field(description="Always null: the list comes whole")


class BenchmarkSetSummary(Answer):
    """A set of published figures."""

    id: Id = Field(description="The set's id")
    name: str = Field(description="What the set is called", examples=["Association of account managers"])
    number: int = Field(description="1 for the first of its name; it never changes afterwards", examples=[2])
    source: str = Field(description="Where it was published", examples=["Yearly survey of the association"])
    published_on: date | None = Field(description="When it was published", examples=["2025-03-01"])
    figures: int = Field(description="How many figures it holds", examples=[12])
    created_at: datetime = Field(description="When it was brought in")


class BenchmarkSetAnswer(BenchmarkSetSummary):
    """A set of published figures, whole."""

    benchmarks: list[BenchmarkAnswer] = Field(description="The figures, as their source tells them")
