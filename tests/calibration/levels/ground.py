"""What tests of levels stand on: calibrations whose parties align; and their story."""

from tests.asking import ok
from tests.calibration.compatibility.ground import guest_rates, rates, ratings
from tests.calibration.exploration.ground import advances, logs, maps
from tests.calibration.guests import CUSTOMER_SAYS, SUPPLIER_SAYS, THEIRS, Talk, a_talk
from tests.planning.ground import a_contact

ONE_THEME = [{"name": "Uptime", "supplier_goals": ["uptime"], "customer_goals": ["lines"]}]


def one_goal(document, key, importance):
    """What a side says, with one goal alone."""
    goal = {"key": key, "title": "Lines that run", "theme": "uptime", "importance": importance, "horizon": "short"}
    return {**document, "goals": [goal], "expectations": [], "commitments": []}


async def aligning(client, name="Cancity", *, importance=(4, 5), value=4) -> Talk:
    """A calibration in its third step.

    Of one theme: its potential is 100 · min / max of both sides' importance. Both rate every dimension alike, which
    makes the compatibility (value - 1) / 4 · 100.
    """
    talk = await a_talk(client, name)
    ours, theirs = importance
    await talk.reveals(one_goal(SUPPLIER_SAYS, "uptime", ours), one_goal(CUSTOMER_SAYS, "lines", theirs))
    await maps(talk, ONE_THEME)
    await logs(talk)
    await advances(talk)
    await rates(talk, ratings(value))
    await guest_rates(talk, ratings(value))
    await advances(talk)
    return talk


async def proposes(talk: Talk, level, status=201, **body):
    """The supplier proposes."""
    body = {"level": level, "reason": "It fits", "user_id": talk.user, **body}
    return await ok(talk.client.post(f"{talk.url}/level-proposals/supplier", json=body), status)


async def guest_proposes(talk: Talk, level, status=201):
    """The customer proposes."""
    body = {"level": level, "reason": "We want it so"}
    return await ok(talk.guest.post(f"{THEIRS}/level-proposals", json=body), status)


async def agrees(talk: Talk, level, status=201, **body):
    """The supplier agrees."""
    body = {"level": level, "user_id": talk.user, **body}
    return await ok(talk.client.post(f"{talk.url}/agreements/supplier", json=body), status)


async def guest_agrees(talk: Talk, level, status=201):
    """The customer agrees."""
    return await ok(talk.guest.post(f"{THEIRS}/agreements", json={"level": level}), status)


async def tells(talk: Talk, level, status=201, **body):
    """The supplier tells the customer."""
    contact = body.pop("contact_id", None) or await a_contact(talk.client, talk.account)
    body = {"level": level, "contact_id": contact, "channel": "meeting", "user_id": talk.user, **body}
    return await ok(talk.client.post(f"{talk.url}/communications", json=body), status)


async def settles(talk: Talk, level="strategic"):
    """Both propose and agree, and the customer is told."""
    await proposes(talk, level)
    await guest_proposes(talk, level)
    await agrees(talk, level)
    await guest_agrees(talk, level)
    await tells(talk, level)
    return talk


async def look(talk: Talk):
    """Where both stand, as the supplier sees it."""
    return await ok(talk.client.get(f"{talk.url}/levels"))


async def investing(client, name="Cancity", *, level="strategic") -> Talk:
    """A calibration in its fourth step."""
    talk = await aligning(client, name)
    await settles(talk, level)
    await advances(talk)
    return talk


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of levels, each carried out at least once; the ids that their paths name."""
    talk = await settles(await aligning(client, "Umbrella"))
    await look(talk)
    await ok(talk.guest.get(f"{THEIRS}/levels"))
    return {"calibration_id": talk.id, "party": "supplier"}
