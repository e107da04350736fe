"""What became of an invitation."""

from datetime import UTC, datetime, timedelta

import pytest

from app.calibration.core.invitations import state_of

NOW = datetime(2026, 7, 1, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("revoked_at", "expires_at", "left", "state"),
    [
        (None, LATER, False, "open"),
        (None, LATER, True, "left"),
        (None, NOW, True, "expired"),
        (BEFORE, NOW, True, "revoked"),
        (BEFORE, LATER, False, "revoked"),
    ],
)
def test_it_lets_in_until_it_ends_is_revoked_or_its_person_has_left(revoked_at, expires_at, left, state):
    assert state_of(revoked_at=revoked_at, expires_at=expires_at, left=left, now=NOW) == state
