"""What the tests of the six questions stand on: an account of which every question can tell something."""

from datetime import UTC, datetime, timedelta

from tests.asking import a_record, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()


def ago(days):
    """So many days before today, as the wire has it."""
    return (TODAY - timedelta(days=days)).isoformat()


def money(amount):
    return {"amount": amount, "currency": "USD"}


async def the_questions(client, account_id, **params):
    return await ok(client.get(f"/v1/accounts/{account_id}/health/questions", params=params))


async def an_open_door(client):
    """An account where every question of health has a good answer; returns its id."""
    account = (await an_account(client, "Opening"))["id"]
    center = await a_record(client, "buying-centers", account=account, name="North")
    offering = await a_record(client, "offerings", code="NEW", name="New offering")
    chief = await a_record(
        client, "contacts", account=account, name="Ada", title="Chief", seniority="c_level", stance="advocate",
        effective_on=ago(200),
    )  # fmt: skip
    for name, stance in (("Ben", "neutral"), ("Cy", "unknown")):
        await a_record(client, "contacts", account=account, name=name, stance=stance, effective_on=ago(200))
    await a_record(
        client, "opportunities", account=account, name="Deal", offering=offering, amount=money("300"),
        sole_sourced=True, created_on=ago(20),
    )  # fmt: skip
    await a_record(
        client, "opportunities", account=account, name="Tender", amount=money("100.50"), sole_sourced=False,
        created_on=ago(30), closed_on=ago(5), status="won",
    )  # fmt: skip
    for kind, subject, days in (("meeting", "First", 40), ("proposal", "Offer", 10), ("referral", "Knock", 8)):
        more = {"buying_center": center} if kind == "referral" else {}
        await a_record(
            client, "engagements", account=account, kind=kind, subject=subject, held_on=ago(days), contacts=[chief],
            **more,
        )  # fmt: skip
    return account


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of the questions, carried out once; the ids that their paths name."""
    account = await an_open_door(client)
    await the_questions(client, account)
    return {"account_id": account}
