"""Hands a call to the network and says, in the words of CRMs, what became of it on the way."""

from app.crm.client.failures import CrmDown, CrmLies
from app.crm.client.reach import Reach
from app.infra import outgoing
from app.infra.outgoing import Answered, Asked, Bounds


async def asked(reach: Reach, call: Asked, bounds: Bounds) -> Answered:
    """One call; no transaction may be open meanwhile. Raises CrmDown and CrmLies, each with its cause."""
    try:
        return await outgoing.ask(reach.http, call, bounds)
    except outgoing.NoAnswer as error:
        raise CrmDown(error.detail) from error
    except outgoing.HugeAnswer as error:
        raise CrmLies(f"its answer is too large: {error.detail}") from error
    except outgoing.BrokenAnswer as error:
        raise CrmLies(f"its answer is broken: {error.detail}") from error
    except outgoing.UnsafeAddress as error:
        raise CrmLies(f"its address is not safe: {error.detail}") from error
