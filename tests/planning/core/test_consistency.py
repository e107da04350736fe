"""What makes a plan's document not fit together, each by its place."""

import pytest

from app.planning.core.consistency import UnusablePlan, check_document
from tests.planning.ground import a_whole_document, an_objective, objectives


def problems(document):
    with pytest.raises(UnusablePlan) as refused:
        check_document(document)
    return [(one.pointer, one.code) for one in refused.value.errors]


def people(**chiefs):
    return {
        "stakeholder_map": {"items": [{"key": key, "name": key, "reports_to": chief} for key, chief in chiefs.items()]}
    }


def a_target(period, starts_on, ends_on):
    return {"metric": "revenue", "period": period, "starts_on": starts_on, "ends_on": ends_on}


def test_a_whole_document_and_an_empty_one_fit():
    document = a_whole_document()

    check_document(document)
    check_document({})
    check_document({"risks": None})


def test_a_key_stands_once_in_its_part_and_may_stand_in_another():
    twice = objectives(an_objective(), an_objective("cost"), an_objective())
    risk = {"risks": {"items": [{"key": "uptime"}]}}

    assert problems({**twice, **risk}) == [("/document/customer_objectives/items/2", "repeated")]


@pytest.mark.parametrize(
    ("period", "starts_on", "ends_on", "fits"),
    [
        ("quarter", "2027-01-01", "2027-03-31", True),
        ("quarter", "2027-01-04", "2027-04-04", True),
        ("quarter", "2027-01-01", "2027-02-28", False),
        ("quarter", "2027-03-31", "2027-01-01", False),
        ("year", "2028-01-01", "2028-12-31", True),
        ("year", "2027-01-04", "2028-01-09", True),
        ("year", "2027-01-01", "2027-06-30", False),
    ],
)
def test_quarters_and_years_are_as_long_as_calendars_and_weeks_have_them(period, starts_on, ends_on, fits):
    document = {"growth_targets": {"items": [a_target(period, starts_on, ends_on)]}}

    if fits:
        check_document(document)
    else:
        assert problems(document) == [("/document/growth_targets/items/0/ends_on", "not_the_period")]


def test_targets_of_the_same_period_and_metric_stand_once():
    same = a_target("quarter", "2027-01-01", "2027-03-31")

    assert problems({"growth_targets": {"items": [same, {**same, "metric": "margin"}, same]}}) == [
        ("/document/growth_targets/items/2", "repeated")
    ]


def test_a_milestone_serves_an_objective_of_the_plan():
    value = {"value_plan": {"items": [{"key": "a", "objective": "uptime"}, {"key": "b", "objective": "wealth"}]}}

    assert problems({**objectives(), **value}) == [("/document/value_plan/items/1/objective", "unknown_objective")]


def test_nobody_reports_to_a_stranger_or_to_themselves_by_any_way():
    check_document(people(coo=None, plant="coo", line="plant"))

    assert problems(people(coo="ceo")) == [("/document/stakeholder_map/items/0/reports_to", "unknown_stakeholder")]
    assert problems(people(a="a")) == [("/document/stakeholder_map/items/0/reports_to", "circle")]
    # Who reports into the circle is not in it.
    assert problems(people(a="b", b="a", c="a")) == [
        ("/document/stakeholder_map/items/0/reports_to", "circle"),
        ("/document/stakeholder_map/items/1/reports_to", "circle"),
    ]
