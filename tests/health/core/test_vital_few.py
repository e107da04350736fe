"""How many figures are agreed with a customer, and whether they are too many."""

from datetime import date, timedelta

from app.health.core.vital_few import AT_MOST, Agreement, vital_few

TODAY = date(2026, 3, 1)


def agreed(metric, days=10, where="plan"):
    return Agreement(metric, where, "title", 1.0, TODAY + timedelta(days=days))


def test_a_figure_counts_once_however_often_it_is_agreed_and_what_is_due_today_still_does():
    found = vital_few([agreed("b", 9), agreed("a", 5), agreed("b", 0, "calibration"), agreed("c", -1)], TODAY)

    assert {key: [one.agreed_in for one in each] for key, each in found.metrics.items()} == {
        "b": ["calibration", "plan"],
        "a": ["plan"],
    }
    assert list(found.metrics) == ["b", "a"]


def test_seven_can_be_minded_and_eight_cannot():
    few = [agreed(f"m{at}") for at in range(AT_MOST)]

    assert not vital_few(few, TODAY).too_many
    assert vital_few([*few, agreed("one more")], TODAY).too_many
