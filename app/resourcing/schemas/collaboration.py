"""The wire of how the supplier's functions work together for an account."""

from datetime import date

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Id, Ratio01
from app.resourcing.core.collaboration import CollaborationClass


class CollaborationComponents(Answer):
    """The signs as shares; null: not known."""

    specialist_access: Ratio01 | None = Field(
        description="1 where specialists help within 3 days of a request, 0 from 30 on, even in between", examples=[0.7]
    )
    proactive_input: Ratio01 | None = Field(
        description="1 from 4 inputs that nobody had asked for in 90 days", examples=[0.5]
    )
    shared_success: Ratio01 | None = Field(
        description="What `shared_success` was rated, 1 to 5, as a share", examples=[0.75]
    )


class CollaborationIndex(Answer):
    """How well the supplier's functions work together for an account, as of a day."""

    account_id: Id = Field(description="The account")
    as_of: date = Field(description="The day that this is told of", examples=["2026-05-04"])
    index: float | None = Field(
        ge=0, le=100, description="100 times the mean of the components that are known; null without any", examples=[65]
    )
    collaboration_class: CollaborationClass | None = Field(
        description="`poor` below 40, `mediocre` below 70, else `high`; null where fewer than two signs are known"
    )
    components: CollaborationComponents = Field(description="The signs as shares")
    known: int = Field(description="How many of the three components are known", examples=[3])
    specialist_requests: int = Field(description="Requests for specialists in the last 365 days", examples=[4])
    specialist_access_days: float | None = Field(
        description=(
            "Median days from them to the first help: the first use, or the delivery. Who still waits counts as well;"
            " where more than half do, it is the longest wait once that is 30 days. Null while too little is known"
        ),
        examples=[6.5],
    )
    proactive_inputs: int | None = Field(
        description="In the last 90 days: ratings by people outside sales, requests made by people of the function that"
        " owns the resource, and roadblocks opened by people outside sales; null where nobody records any",
        examples=[2],
    )
    proactive_functions: int | None = Field(description="By how many functions; null as above", examples=[2])
    shared_success: float | None = Field(
        description="The mean over functions of their latest ratings of the metric `shared_success`, 1 to 5, of the"
        " last 365 days; null without any",
        examples=[4.0],
    )
    benchmark: BenchmarkAnswer = Field(description="What was found elsewhere of high collaboration")
