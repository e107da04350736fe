"""The wire of promotions into key status."""

from datetime import date

from pydantic import Field

from app.infra.wire import Answer, Id, Ratio01


class UntestedPromotion(Answer):
    """A promotion before which no calibration with the customer was completed."""

    account_id: Id
    account_name: str = Field(description="The account's name", examples=["Cancity"])
    promoted_on: date = Field(description="The day on which it was selected")


class TestedPromotions(Answer):
    """How many promotions into key status were tested with the customer first."""

    since: date | None = Field(description="The first day that counts; null: from the beginning")
    until: date = Field(description="The last day that counts")
    promotions: int = Field(description="Accounts that became `selected` from `calibrated` or `reselection`")
    tested: int = Field(description="Those of them before which a calibration was completed")
    rate: Ratio01 | None = Field(description="The share of those; null without promotions", examples=[0.8])
    untested: list[UntestedPromotion] = Field(description="The others, the latest first; at most 100 of them")
