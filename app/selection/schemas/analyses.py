"""The wire that analyses of a model share."""

from datetime import date, datetime

from pydantic import Field

from app.infra.wire import Answer, Id, IsoDate, PositiveInt4, WireModel


class AskAnalysisBody(WireModel):
    """Which version is to be analysed, as of which day."""

    model_version: PositiveInt4 | None = Field(default=None, description="The version's number; the newest if absent")
    as_of: IsoDate | None = Field(default=None, description="The day whose knowledge counts; today if absent")


class AnalysisAnswer(Answer):
    """An analysis: what was asked of which version of a model."""

    id: Id = Field(description="The analysis's id, which is its job's too")
    model_id: Id
    model_version: int
    as_of: date
    created_at: datetime
    finished: bool = Field(description="Whether its job has succeeded; how far it is tells the job")
