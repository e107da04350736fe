"""How statements on whitespace cells look on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.infra.wire import (
    Answer,
    Id,
    IsoDate,
    MoneyNotNegativeIn,
    MoneyOut,
    Name,
    Ratio01,
    ShortText,
    WireModel,
)
from app.kernel.ids import UserId
from app.kernel.money import Money
from app.planning.core.whitespace import CellWord, Word


class WhitespaceCellBody(WireModel):
    """All that is to hold of a cell; it replaces what was said of it before."""

    state: CellWord = Field(
        "open",
        description=(
            "`competitor`: somebody else supplies it; `no_pursue`: we do not want it; `not_applicable`: the buying"
            " center has no use for it. What was bought or is open there is found in the deals"
        ),
    )
    potential: MoneyNotNegativeIn | None = Field(
        None, description="What the cell could bring in a year; left out, it is estimated from other accounts"
    )
    how: ShortText | None = Field(None, description="What the potential rests on, or why the cell is not pursued")
    confidence: Ratio01 | None = Field(None, description="In the potential, 0 to 1")
    competitor: Name | None = Field(None, description="Who supplies it, with the state `competitor`")
    owner_user_id: Id | None = Field(None, description="Who of us is to win it")
    next_step: Annotated[ShortText, Field(min_length=1)] | None = None
    due_on: IsoDate | None = Field(
        None, description="When the next step is due; owner, step and day together are a strategy"
    )
    said_on: IsoDate | None = Field(None, description="From which day on it holds; today unless given, never later")
    user_id: Id | None = Field(None, description="Who says so, where the key belongs to nobody")

    def word(self) -> Word:
        return Word(
            state=self.state,
            potential=None if self.potential is None else self.potential.money(),
            how=self.how,
            confidence=self.confidence,
            competitor=self.competitor,
            owner_user_id=None if self.owner_user_id is None else UserId(self.owner_user_id),
            next_step=self.next_step,
            due_on=self.due_on,
        )


class WhitespaceStatement(Answer):
    """What somebody said of a cell; the last word holds, from its day on."""

    id: UUID
    account_id: UUID
    buying_center_id: UUID
    offering_id: UUID
    said_on: date
    state: CellWord
    potential: MoneyOut | None = Field(description="Null: it is estimated")
    how: str | None
    confidence: float | None
    competitor: str | None
    owner_user_id: UUID | None
    next_step: str | None
    due_on: date | None
    user_id: UUID | None = Field(description="Who said so; null where no person did")
    created_at: datetime


def statement(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A kept statement as it is shown."""
    potential = None if row["potential"] is None else MoneyOut.of(Money(row["potential"], row["currency"]))
    return {
        **{name: row[name] for name in WhitespaceStatement.model_fields if name != "potential"},
        "potential": potential,
    }
