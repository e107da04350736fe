"""What records answer to the six questions."""

from decimal import Decimal

import pytest

from app.health.core.questions import METRICS, QUESTIONS, tally
from app.metrics.service import PROVABLE, SHIPPED

BY_CODE = {question.code: question for question in QUESTIONS}


def test_each_question_is_answered_by_a_metric_whose_records_can_be_shown():
    assert len(set(METRICS)) == 6
    assert set(METRICS) == set(PROVABLE) <= set(SHIPPED.metrics)


def test_a_count_names_each_record_once():
    offers = [{"offering_id": offering} for offering in (1, 2, 1)]
    proposals = [
        {"opportunity_id": 1, "engagement_id": None}, {"opportunity_id": None, "engagement_id": 1},
        {"opportunity_id": 1, "engagement_id": None},
    ]  # fmt: skip

    assert tally(BY_CODE["new_offerings"], offers).value == 2
    assert tally(BY_CODE["new_proposals"], proposals).value == 2
    assert tally(BY_CODE["new_executives"], []).value == 0


def test_a_share_is_that_of_those_who_count_by_number_or_by_worth():
    advocates = [{"counts": one} for one in (True, False, False, True)]
    deals = [{"counts": True, "worth": Decimal("1.50")}, {"counts": False, "worth": Decimal("4.50")}]

    assert tally(BY_CODE["advocates"], advocates).value == 0.5
    assert tally(BY_CODE["sole_sourced"], deals).value == 0.25


@pytest.mark.parametrize("code", ["advocates", "sole_sourced"])
def test_a_share_of_nothing_is_unknown(code):
    assert tally(BY_CODE[code], []).value is None
    assert tally(BY_CODE["sole_sourced"], [{"counts": True, "worth": Decimal(0)}]).value is None
