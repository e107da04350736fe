"""Wire shapes that all records share: references, periods, and how a body becomes columns."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import Field, model_validator

from app.infra.wire import ExternalId, Id, IsoDate, MoneyIn, SourceName, WireModel

UUID_LENGTH = 32


class ExternalRef(WireModel):
    """A record named by the identity that it has in another system."""

    source: SourceName = Field(description="The other system, e.g. `salesforce`")
    external_id: ExternalId = Field(description="The record's id there")


Ref = Id | ExternalRef


class Period(WireModel):
    """Days from `from` to `to`, both included."""

    from_: IsoDate = Field(alias="from")
    to: IsoDate

    @model_validator(mode="after")
    def in_order(self) -> "Period":
        if self.from_ > self.to:
            raise ValueError("`from` comes after `to`")
        return self


class RecordBody(WireModel):
    """What can be said of a record; what is not given stays as it is."""

    def given(self) -> dict[str, Any]:
        """The columns that the body gives, references still as they were written."""
        columns: dict[str, Any] = {}
        for name in self.model_fields_set:
            columns.update(_columns(name, getattr(self, name), type(self)))
        return columns


def _columns(name: str, value: Any, body: type[RecordBody]) -> dict[str, Any]:
    """A field's columns: money takes two, a period takes two, everything else one."""
    if isinstance(value, MoneyIn):
        return {name: value.amount, "currency" if name == "amount" else f"{name}_currency": value.currency}
    if isinstance(value, Period):
        return {f"{name}_from": value.from_, f"{name}_to": value.to}
    if value is None:
        return dict.fromkeys(_cleared(name, body))
    return {name: value}


@lru_cache
def _cleared(name: str, body: type[RecordBody]) -> tuple[str, ...]:
    """The columns that null clears."""
    annotation = str(body.model_fields[name].annotation)
    if "MoneyIn" in annotation:
        return name, "currency" if name == "amount" else f"{name}_currency"
    if "Period" in annotation:
        return f"{name}_from", f"{name}_to"
    return (name,)


def as_id(text: str) -> UUID | None:
    """The id that a text is, if it is one."""
    if len(text) < UUID_LENGTH:  # most codes and names are shorter, and asking is cheaper than being refused
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
