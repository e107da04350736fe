"""Scopes: what a key may do, by area and by reading or writing."""

from collections.abc import Iterable

AREAS = ("accounts", "selection", "calibration", "resourcing", "health", "retiering", "crm", "webhooks")
ADMIN = "admin"
SCOPES = frozenset({ADMIN, *(f"{area}:{right}" for area in AREAS for right in ("read", "write", "*"))})


def allows(granted: Iterable[str], needed: str | None) -> bool:
    """Whether a key with the `granted` scopes may do what needs `needed`; None needs a valid key and no more.

    `admin` allows everything, `area:*` both reading and writing of the area. Writing does not include reading.
    """
    if needed is None:
        return True
    area = needed.partition(":")[0]
    return any(scope in {ADMIN, needed, f"{area}:*"} for scope in granted)
