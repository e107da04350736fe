"""The customer's confidence in the partnership, before the calibration and since it is in force."""

from datetime import date, timedelta

from app.calibration.core.confidence import Observed, confidence

BEGAN, ACTIVE, TODAY = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)
LONG_AGO = Observed(BEGAN - timedelta(days=366), 1)
BEFORE = Observed(BEGAN - timedelta(days=365), 2)
WHILE_AT_IT = Observed(date(2026, 4, 1), 5)
FIRST, LATER = Observed(ACTIVE, 3), Observed(TODAY, 4)
SAID = [LONG_AGO, BEFORE, WHILE_AT_IT, FIRST, LATER]


def at(last, said=SAID, active_on=ACTIVE):
    return confidence(said, began_on=BEGAN, active_on=active_on, last=last)


def test_the_last_before_it_began_stands_beside_the_last_since_it_is_in_force():
    assert (at(TODAY).before, at(TODAY).after, at(TODAY).change) == (BEFORE, LATER, 2)
    assert at(TODAY - timedelta(days=1)).change == 1


def test_what_is_not_known_is_no_change():
    assert (at(TODAY, [LONG_AGO, LATER]).before, at(TODAY, [LONG_AGO, LATER]).change) == (None, None)
    assert at(ACTIVE - timedelta(days=1)).after is None
    assert at(TODAY, active_on=None).after is None
    assert at(TODAY, []).change is None
    assert at(BEGAN - timedelta(days=400), [BEFORE]).before is None
