"""What can go wrong between us and a CRM, told apart by what is to be done about it."""

from datetime import datetime

from app.kernel.errors import Conflict, Unavailable


class CrmBusy(Unavailable):
    """The CRM asks to be left alone for a while."""

    def __init__(self, until: datetime, reason: str, *, told: bool = True, for_the_day: bool = False) -> None:
        super().__init__(f"{reason}; it can be asked again at {until.isoformat(timespec='seconds')}")
        self.until = until
        self.reason = reason
        self.told = told  # the CRM said until when; else it is our guess
        self.for_the_day = for_the_day  # the calls of a day are used up, rather than those of some seconds


class CrmDown(Unavailable):
    """The CRM does not answer, or says that something is wrong on its side."""


class CrmLies(Unavailable):
    """The CRM's answer cannot be trusted."""


class CrmRefuses(Conflict):
    """The CRM refuses what we ask of it."""

    def __init__(self, detail: str, *, status: int = 400) -> None:
        super().__init__(detail)
        self.status = status


class NeedsReauth(Conflict):
    """The CRM no longer takes the credentials of this connection."""


class DeltaExpired(Conflict):
    """The CRM no longer tells what has changed since then: everything is to be read again."""


CrmFailure = CrmBusy | CrmDown | CrmLies | CrmRefuses | NeedsReauth | DeltaExpired
