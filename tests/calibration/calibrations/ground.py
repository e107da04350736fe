"""What the tests of calibrations stand on: calibrations taken, both sides speaking, to where a test wants them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from app.calibration.core.compatibility import DIMENSIONS
from app.calibration.core.states import STEPS
from app.calibration.tables import calibration_moves, calibrations
from app.kernel.ids import new_id
from tests.asking import a_person, a_record, ok
from tests.calibration.guests import THEIRS, Talk, a_calibration, guest_of, invited
from tests.selection.ground import an_account

THEMES: list[dict[str, Any]] = [
    {"name": "Uptime", "supplier_goals": ["uptime"], "customer_goals": ["lines"]},
    {"name": "Growth", "supplier_goals": ["share"], "customer_goals": ["cost"]},
]
TOGETHER: dict[str, Any] = {
    "title": "Predict standstills together",
    "supplier_goals": ["uptime"],
    "customer_goals": ["lines"],
    "limitations": ["Older lines have no sensors"],
}


async def calibration(talk: Talk):
    """The calibration as it is."""
    return await ok(talk.client.get(talk.url))


async def moves(talk: Talk, how="advance", status=200, version=None, **body):
    """The calibration is moved, as of its newest version unless another is named."""
    read = (await calibration(talk))["version"] if version is None else version
    where, headers = f"{talk.url}/{how}", {"If-Match": f'"{read}"'}
    return await ok(talk.client.post(where, json={"user_id": talk.user, **body}, headers=headers), status)


async def explores(talk: Talk, **on) -> Talk:
    """Both sides submit, and map their goals."""
    await talk.reveals()
    read = (await calibration(talk))["version"]
    body = {"themes": THEMES, "user_id": talk.user}
    await ok(talk.client.put(f"{talk.url}/themes", json=body, headers={"If-Match": f'"{read}"'}))
    await ok(talk.client.post(f"{talk.url}/opportunities", json={**TOGETHER, "user_id": talk.user}), 201)
    await moves(talk, **on)
    return talk


async def rates(talk: Talk, value=5, dimensions=DIMENSIONS) -> None:
    """The supplier rates dimensions."""
    ratings = [{"dimension": one, "value": value} for one in dimensions]
    await ok(talk.client.post(f"{talk.url}/compatibility/supplier", json={"ratings": ratings, "user_id": talk.user}))


async def guest_rates(talk: Talk, value=5, dimensions=DIMENSIONS) -> None:
    """The customer rates dimensions."""
    ratings = [{"dimension": one, "value": value} for one in dimensions]
    await ok(talk.guest.post(f"{THEIRS}/compatibility", json={"ratings": ratings}))


async def assesses(talk: Talk, **on) -> Talk:
    """Both sides rate how they fit."""
    await rates(talk)
    await guest_rates(talk)
    await moves(talk, **on)
    return talk


async def aligns(talk: Talk, level="preferred", **on) -> Talk:
    """Both sides agree to a level, which the customer is told."""
    ours = {"level": level, "reason": "It is what we can do", "user_id": talk.user}
    await ok(talk.client.post(f"{talk.url}/level-proposals/supplier", json=ours), 201)
    await ok(talk.guest.post(f"{THEIRS}/level-proposals", json={"level": level, "reason": "So do we"}), 201)
    await ok(talk.client.post(f"{talk.url}/agreements/supplier", json={"level": level, "user_id": talk.user}), 201)
    await ok(talk.guest.post(f"{THEIRS}/agreements", json={"level": level}), 201)
    contact = await a_record(
        talk.client, "contacts", account=talk.account["id"], name="Their Chief", effective_on="2024-01-01"
    )
    told = {"level": level, "contact_id": contact, "channel": "meeting", "user_id": talk.user}
    await ok(talk.client.post(f"{talk.url}/communications", json=told), 201)
    await moves(talk, **on)
    return talk


async def expects(talk: Talk) -> None:
    """Each side owes the other something that can be measured."""
    for party in ("supplier", "customer"):
        body = {
            "owed_by": party,
            "title": f"What the {party} brings",
            "comparison": "at_least",
            "target": 0.9,
            "due_on": (datetime.now(UTC).date() + timedelta(days=90)).isoformat(),
            "user_id": talk.user,
        }
        await ok(talk.client.post(f"{talk.url}/expectations", json=body), 201)


async def a_calibration_in(client, step="investing", *, account=None, user=None, name="Cancity", **body) -> Talk:
    """A calibration that has come to a step, with a new account unless one is named."""
    with_account = account or await an_account(client, name)
    by = user or await a_person(client, "sales")
    made = await a_calibration(client, with_account["id"], by, **body)
    invitation = await invited(client, made["id"], by)
    talk = Talk(client, with_account, by, made, invitation, guest_of(client, invitation["token"]))
    for so_far, walks in zip(STEPS, (explores, assesses, aligns), strict=False):
        if so_far == step:
            break
        await walks(talk)
    return talk


async def an_active_one(client, name="Cancity") -> Talk:
    """A calibration in force."""
    talk = await a_calibration_in(client, name=name)
    await expects(talk)
    await moves(talk, "activate")
    return talk


async def on_record(connection, tenant_id, account_id, visits, *, active_on=None, ended_on=None, **values) -> Any:
    """A calibration of the past as its rows would tell of it: the days on which it entered its states, in order."""
    calibration_id = new_id()
    state, entered_on = visits[-1]
    row = {
        "tenant_id": tenant_id,
        "id": calibration_id,
        "account_id": account_id,
        "state": state,
        "started_on": visits[0][1],
        "entered_on": entered_on,
        "activated_on": active_on,
        "ended_on": ended_on,
        **values,
    }
    await connection.execute(insert(calibrations).values(**row))
    told = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "calibration_id": calibration_id,
            "kind": "advanced" if at else "started",
            "to_state": to,
            "moved_on": on,
            "party": "supplier",
        }
        for at, (to, on) in enumerate(visits)
    ]
    await connection.execute(insert(calibration_moves), told)
    return calibration_id


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of calibrations, each carried out at least once; the ids that their paths name."""
    talk = await a_calibration_in(client, "assessing", name="Northwind")
    await ok(client.patch(talk.url, json={"weights": {"culture": 2}}))
    await moves(talk, "go-back", to="exploring", reason="Their goals have changed")
    await explores(talk)
    await assesses(talk)
    await aligns(talk)
    await expects(talk)
    await moves(talk, "activate")
    await calibration(talk)
    for path in ("moves", "history", "summary"):
        await ok(client.get(f"{talk.url}/{path}"))
    for path in ("", "/analytics", "/time-to-return", "/due"):
        await ok(client.get(f"/v1/calibrations{path}"))
    await ok(client.get(f"/v1/accounts/{talk.account['id']}/calibrations"))
    await moves(talk, "end", reason="They were bought")
    return {"account_id": talk.account["id"], "calibration_id": talk.id}
