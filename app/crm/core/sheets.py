"""Reads a page of records at once, column by column; a record that needs a second look is left to `mapping`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from app.crm.core import values
from app.crm.core.mapping_plan import FormPlan, Plan
from app.crm.core.plain_rows import PlainRows
from app.crm.core.sheet_columns import Column, NotPlain, Page, Rule, Told, told, told_of
from app.crm.core.sheet_deals import BESIDE, Deals
from app.crm.core.spec import Field, Json
from app.crm.core.values import Misfit, currency_of

_COMPOSED = frozenset({"money", "reference"})


class Sheet:
    """What `mapping` makes of most records of one kind, made of a whole page at once.

    Each rule is that of `mapping`, asked of a value once. A record of which a rule has more to say than a value (it is
    gone or merged, something does not fit, nothing is said where something must be) is not for here.
    """

    def __init__(self, plan: Plan, refer: Callable[[str], Any]) -> None:
        """refer: what stands for the record of this source that bears an id."""
        self._plan = plan
        self._refer = refer
        rules, fields = plan.rules, {each.name: each.field for each in plan.fields}
        forms = [each for each in plan.forms if each.name in fields]
        self._identity = told(rules.id, _identity, needed=True, longest=values.LONGEST_ID)
        self._modified = None if rules.modified is None else told(rules.modified, values.instant, needed=True)
        self._signs = _signs(rules.gone, rules.merged_into, rules.absorbed)
        self._deals = Deals(plan) if plan.object == "opportunity" else None
        beside = BESIDE if self._deals else frozenset()
        self._plain = {
            each.name: _plain(fields[each.name], each)
            for each in forms
            if each.form.kind not in _COMPOSED and each.name not in beside
        }
        self._money = {each.name: self._paid(each.name, fields) for each in forms if each.form.kind == "money"}
        self._references = [
            (each, told(fields[each.name], _identity, needed=each.form.needed))
            for each in forms
            if each.form.kind == "reference"
        ]
        self._able = self._is_able()

    def _is_able(self) -> bool:
        """Whether the records all speak of the same, and of nothing that takes more than a column."""
        plan, usual = self._plan, self._plan.connection.settings.default_currency
        if plan.partial or plan.own.attributes or plan.own.metrics or not (self._deals is None or self._deals.able):
            return False
        try:
            return values.currency_code(None, usual) == usual
        except Misfit:
            return False

    def _paid(self, name: str, fields: Mapping[str, Field]) -> tuple[Told, Told | None]:
        """The columns of an amount and of its currency."""
        amount = partial(values.amount, negative=self._deals is not None)
        code = told_of(fields.get(currency_of(name)), partial(values.currency_code, usual=None))
        return told(fields[name], amount), code

    def read(self, records: Sequence[Json]) -> tuple[PlainRows, Sequence[int]]:
        """The records that are plain, and the places of those that `mapping` has to read."""
        if not self._able or not all(type(record) is dict for record in records):
            return PlainRows(self._plan.object, (), (), {}), range(len(records))
        page = Page(records)
        ids, modified = page.read(self._identity), page.read(self._modified)
        for sign in self._signs:
            page.read(sign)
        page.columns = {name: page.read(column) for name, column in self._plain.items()}
        if self._deals is not None:
            self._deals.decide(page, modified)
        for name in self._money:
            self._pay(page, name)
        for plan, column in self._references:
            self._belong(page, plan, page.read(column), ids)
        columns: dict[str, Sequence[Any]] = {"source": [self._plan.connection.source] * len(ids), "external_id": ids}
        columns |= page.columns
        if self._modified is not None and self._plan.object != "user":
            columns["source_modified_at"] = modified
        return PlainRows(self._plan.object, ids, modified, columns).without(page.left), sorted(page.left)

    def _pay(self, page: Page, name: str) -> None:
        amounts, codes = (page.read(column) for column in self._money[name])
        usual = self._plan.connection.settings.default_currency
        codes = [None if amount is None else code or usual for amount, code in zip(amounts, codes, strict=True)]
        paid = enumerate(zip(amounts, codes, strict=True))
        page.leave(place for place, (amount, code) in paid if code is None and amount is not None)
        page.columns[name], page.columns[currency_of(name)] = amounts, codes

    def _belong(self, page: Page, plan: FormPlan, named: Column, ids: Column) -> None:
        refer = self._refer
        if plan.form.refers_to == self._plan.object:  # of itself, it says nothing
            named = [None if one == own else one for one, own in zip(named, ids, strict=True)]
        page.columns[plan.name] = [None if one is None else refer(one) for one in named]


def _plain(field: Field, plan: FormPlan) -> Told:
    """A column whose values stand by themselves. What cannot be said to be nothing is left out where it is."""
    rule = values.date_of if plan.form.kind == "date" else partial(values.fitting, plan.form)
    return told(field, rule, needed=plan.form.needed or plan.form.lasting, longest=plan.longest)


def _signs(gone: Field | None, merged_into: Field | None, absorbed: Field | None) -> list[Told]:
    """The columns that tell that a record is not like others."""
    signs: list[tuple[Field | None, Rule]] = [(gone, _gone), (merged_into, _something), (absorbed, _several)]
    return [told(field, rule) for field, rule in signs if field is not None]


def _identity(value: Json) -> str | None:
    if isinstance(value, dict):
        raise NotPlain
    return values.text(value, values.LONGEST_ID)


def _gone(value: Json) -> None:
    if values.as_transform("boolean", value):
        raise NotPlain


def _something(value: Json) -> None:
    if value is not None:
        raise NotPlain


def _several(value: Json) -> None:
    if isinstance(value, list) and value:
        raise NotPlain
