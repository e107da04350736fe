"""The library of plays."""

from typing import get_args

from app.metrics.service import SHIPPED
from app.planning.core.plays import PLAYS, PlayKey


def test_there_are_the_eight_plays_of_two_cases():
    assert set(PLAYS) == set(get_args(PlayKey))
    assert len(PLAYS) == 8
    cases = [play.case for play in PLAYS.values()]
    assert sorted(cases.count(case) for case in set(cases)) == [4, 4]


def test_each_says_what_it_takes_what_is_done_and_by_which_metric_it_is_told():
    for play in PLAYS.values():
        assert play.preconditions, play.key
        assert len(play.steps) >= 3, play.key
        assert play.metric in SHIPPED, play.key
