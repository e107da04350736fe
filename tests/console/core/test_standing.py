"""The ranking's order, search and pages."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.console.core.standing import PER_PAGE, Standing, UnknownOrder, best_first, ranking_page
from app.kernel.ids import AccountId


def one(number, name="A", **known):
    empty = dict.fromkeys(
        ("score_id", "as_of", "scored_at", "opportunity", "alignment", "composite", "low", "high", "coverage",
         "quadrant", "tier", "computed_tier", "previous", "rank")
    )  # fmt: skip
    return Standing(account_id=AccountId(UUID(int=number)), name=name, provisional=False, **{**empty, **known})


SCORES = st.lists(st.none() | st.integers(0, 5).map(float), max_size=130)


@given(SCORES, st.sampled_from(["rank", "name", "composite", "-composite", "-rank", "delta"]))
@settings(max_examples=25)
def test_all_pages_together_hold_every_account_once_and_those_without_a_value_last(scores, sort):
    standings = [one(at, f"A{at % 7}", composite=score, rank=at + 1) for at, score in enumerate(scores)]
    first = ranking_page(standings, sort=sort, search="", page=1)

    rows = [
        row for page in range(first.pages) for row in ranking_page(standings, sort=sort, search="", page=page + 1).rows
    ]

    assert {row.account_id for row in rows} == {row.account_id for row in standings}
    assert len(rows) == first.found == len(standings)
    if sort.endswith("composite"):
        known = [row.composite for row in rows if row.composite is not None]
        assert known == sorted(known, reverse=sort.startswith("-"))
        assert [row.composite for row in rows[len(known) :]] == [None] * (len(rows) - len(known))


def test_a_page_beyond_the_last_is_the_last():
    standings = [one(at) for at in range(PER_PAGE + 1)]
    page = ranking_page(standings, sort="rank", search="", page=99)
    assert (page.page, page.pages, len(page.rows)) == (2, 2, 1)


def test_names_are_found_by_a_part_of_them_in_any_case():
    standings = [one(1, "Northwind"), one(2, "Süd-Stahl"), one(3, "Windward")]
    assert [row.name for row in ranking_page(standings, sort="name", search=" WIND ", page=1).rows] == [
        "Northwind",
        "Windward",
    ]
    assert ranking_page(standings, sort="name", search="SÜD", page=1).found == 1


def test_an_order_that_there_is_none_of_is_refused():
    with pytest.raises(UnknownOrder, match="composite"):
        ranking_page([], sort="tenant_id", search="", page=1)


def test_the_best_come_first_and_those_without_a_rank_last():
    placed = best_first([one(1, "C"), one(2, "B", rank=2), one(3, "A", rank=1), one(4, "B")])
    assert [(row.name, row.rank) for row in placed] == [("A", 1), ("B", 2), ("B", None), ("C", None)]


def test_a_change_is_told_where_both_scores_are_known():
    assert one(1, composite=61.0, previous=58.5).delta == 2.5
    assert one(1, composite=61.0).delta is None
