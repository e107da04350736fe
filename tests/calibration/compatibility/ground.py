"""What tests of compatibility stand on: ratings of either side; and their story."""

from app.calibration.core.compatibility import DIMENSIONS
from tests.asking import ok
from tests.calibration.exploration.ground import advances, explored
from tests.calibration.guests import THEIRS, Talk


def ratings(value=4, *, only=DIMENSIONS, **others):
    """One rating of each dimension."""
    return [{"dimension": name, "value": others.get(name, value)} for name in only]


async def rates(talk: Talk, wanted=None, status=200, **body):
    """The supplier rates."""
    body = {"ratings": wanted or ratings(), "user_id": talk.user, **body}
    return await ok(talk.client.post(f"{talk.url}/compatibility/supplier", json=body), status)


async def guest_rates(talk: Talk, wanted=None, status=200, guest=None):
    """The customer rates."""
    body = {"ratings": wanted or ratings()}
    return await ok((guest or talk.guest).post(f"{THEIRS}/compatibility", json=body), status)


async def assessing(client, name="Cancity") -> Talk:
    """A calibration in its second step."""
    talk = await explored(client, name)
    await advances(talk)
    return talk


async def assessed(client, name="Cancity") -> Talk:
    """A calibration that both sides rated."""
    talk = await assessing(client, name)
    await rates(talk)
    await guest_rates(talk)
    return talk


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of compatibility, each carried out at least once; the ids that their paths name."""
    talk = await assessed(client, "Dontechi")
    await ok(client.get(f"{talk.url}/compatibility/customer"))
    await ok(client.get(f"{talk.url}/compatibility"))
    await ok(talk.guest.get(f"{THEIRS}/compatibility"))
    return {"calibration_id": talk.id, "party": "supplier"}
