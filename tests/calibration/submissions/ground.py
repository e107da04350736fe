"""The story of invitations and submissions: both sides submit, each under seal, and read what the other said."""

from tests.asking import ok
from tests.calibration.guests import THEIRS, a_talk, invited


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of invitations and submissions, each carried out at least once; the ids that their paths name."""
    talk = await a_talk(client, "Northwind")
    await talk.saves()
    await talk.guest_saves()
    await ok(talk.guest.get(THEIRS))
    await ok(talk.guest.get(f"{THEIRS}/submission"))
    await talk.seals()
    await talk.guest_seals()
    await talk.submissions()
    await talk.guest_submissions()
    here = f"{talk.url}/invitations"
    unwanted = await invited(client, talk.id, talk.user, name="Nobody")
    await ok(client.delete(f"{here}/{unwanted['id']}"), 204)
    await ok(client.get(f"{here}/{unwanted['id']}"))
    await ok(client.get(here))
    return {"calibration_id": talk.id, "invitation_id": talk.invitation["id"], "party": "supplier"}
