"""A mapped body as columns is what the API's own shapes make of it."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import kinds
from app.crm.service import keeping
from app.crm.service.keeping import KINDS

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=50).map(
    lambda text: text.strip() or "x"
)
names = st.none() | texts
days = st.none() | st.dates(date(1970, 1, 1), date(2199, 12, 31)).map(lambda day: day.isoformat())
instants = st.datetimes(datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2198-12-31")).map(
    lambda at: f"{at.isoformat()}Z"
)
references = st.none() | st.fixed_dictionaries({"source": st.just("crm"), "external_id": texts})
money = st.none() | st.fixed_dictionaries(
    {"amount": st.decimals(0, 10**9, places=2).map(lambda amount: format(amount, "f")), "currency": st.just("EUR")}
)
IDENTITY: dict[str, st.SearchStrategy[Any]] = {
    "source": st.just("crm"),
    "external_id": texts,
    "source_modified_at": instants,
}
BODIES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "account": {
        "name": texts, "parent": references, "industry": names, "employees": st.none() | st.integers(0, 10**6),
        "annual_revenue": money, "kam_user_id": references, "customer_since": days,
        "attributes": st.dictionaries(texts, names),
    },
    "contact": {"name": texts, "account": references, "title": names, "active": st.booleans()},
    "opportunity": {
        "name": names, "account": references, "amount": money, "stage": names,
        "status": st.sampled_from(["open", "won", "lost"]), "probability": st.none() | st.floats(0, 1),
        "created_on": days, "closed_on": days, "sole_sourced": st.none() | st.booleans(), "owner": names,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
@given(data=st.data())
def test_both_ways_lead_to_the_same_columns(name, data):
    body = data.draw(st.fixed_dictionaries(IDENTITY, optional=BODIES[name]))
    assert keeping.told_columns(KINDS[name], body, "crm") == keeping.given(KINDS[name], body)


def test_a_reference_into_another_system_is_left_to_the_api():
    body = {"source": "crm", "external_id": "1", "account": {"source": "erp", "external_id": "7"}}
    columns = keeping.told_columns(kinds.OPPORTUNITIES, body, "crm")
    assert (columns["account"].source, columns["account"].external_id) == ("erp", "7")
    with pytest.raises(keeping.UnusableRecord):
        keeping.told_columns(
            kinds.OPPORTUNITIES, {**body, "account": {"source": "No Name!", "external_id": "7"}}, "crm"
        )
