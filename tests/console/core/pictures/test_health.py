"""The pictures of hygiene and health: two days beside each other, and both sides over time."""

from datetime import date
from typing import Any

from app.console.core.pictures.health import course, radar

THEN, NOW = date(2026, 1, 1), date(2026, 4, 1)


def judged(as_of, score=None, **utilities):
    side = {
        "score": score,
        "threshold": 60.0,
        "contributions": [{"indicator": name, "utility": found, "weight": 10.0} for name, found in utilities.items()],
    }
    return {"as_of": as_of, "hygiene": side, "health": side}


def test_an_axis_is_drawn_for_what_is_known_on_either_day_and_the_table_has_all():
    now = judged(NOW, 50.0, margin=0.5, csat=None, revenue_attainment=1.0, nps=None)
    then = judged(THEN, 40.0, margin=0.25, csat=0.75, revenue_attainment=None, nps=None)
    picture: Any = radar("hygiene", now, then)

    axes = [one["name"] for one in picture.option["radar"]["indicator"]]
    assert axes == ["Margin", "CSAT\n(not known now)", "Revenue\nattainment\n(not known then)"]
    before, after = picture.option["series"][0]["data"]
    assert after["value"] == [50.0, 0, 100.0]
    assert before["value"] == [25.0, 75.0, 0]
    assert [row[0] for row in picture.table.rows] == ["Margin", "CSAT", "Revenue attainment", "NPS"]
    assert picture.table.rows[0][3] == "+25"


def test_two_indicators_are_no_picture_nor_is_what_is_only_of_the_past():
    assert radar("health", judged(NOW, a=0.5, b=0.5), judged(THEN, a=0.5, b=0.5)) is None
    unknown, known = dict.fromkeys("abc"), dict.fromkeys("abc", 0.5)
    assert radar("health", judged(NOW, **unknown), judged(THEN, **known)) is None


def test_the_course_has_a_gap_where_a_side_was_not_known():
    days = [
        {"as_of": THEN, "hygiene": 50.0, "health": None, "quadrant": None},
        {"as_of": NOW, "hygiene": 70.126, "health": 30.0, "quadrant": "coasting"},
    ]
    picture: Any = course(days, judged(NOW))
    hygiene, health = picture.option["series"]
    assert hygiene["data"] == [["2026-01-01", 50.0], ["2026-04-01", 70.13]]
    assert health["data"] == [["2026-01-01", None], ["2026-04-01", 30.0]]
    assert picture.table.rows[0] == ["1 Apr 2026", "70.1", "30.0", "Coasting"]
    assert course(days[:1], judged(NOW)) is None
