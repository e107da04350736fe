"""The wire of promotions into key status."""

from datetime import date

from pydantic import Field

from app.calibration.core.tested import Frequency
from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Id, Ratio01


class UntestedPromotion(Answer):
    """A promotion that was not tested by a calibration with the customer."""

    account_id: Id
    account_name: str = Field(description="The account's name", examples=["Cancity"])
    promoted_on: date = Field(description="The day on which it was selected")


class TestedPromotions(Answer):
    """How many promotions into key status were tested with the customer first."""

    since: date | None = Field(description="The first day that counts; null: from the beginning")
    until: date = Field(description="The last day that counts")
    promotions: int = Field(description="Accounts that became `selected` from `calibrated` or `reselection`")
    tested: int = Field(
        description="Those of them on whose day a calibration was in force, or before which one was completed "
        "within `tested_for_days`"
    )
    tested_for_days: int = Field(description="For how long a completed calibration that ended counts", examples=[180])
    rate: Ratio01 | None = Field(description="The share of those; null without promotions", examples=[0.8])
    frequency: Frequency | None = Field(
        description="How often they are tested, in a word: `never`, `rarely` (up to a third), `sometimes`, `often` "
        "(from two thirds on), `always`; null without promotions",
        examples=["often"],
    )
    benchmark: BenchmarkAnswer = Field(description="What is published of programs that test often or always")
    untested: list[UntestedPromotion] = Field(description="The others, the latest first; at most 100 of them")
