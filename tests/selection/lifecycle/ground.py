"""What the tests of the lifecycle stand on: accounts brought to where a test wants them."""

from tests.asking import ok
from tests.selection.reviews.ground import a_voted_review

UP = ("candidate", "shortlisted", "calibrated")


def path_of(account):
    return f"/v1/accounts/{account['id']}/lifecycle"


async def moves(client, account, *states, **fields):
    """The account goes from state to state; where it stands then."""
    standing = None
    for to in states:
        body = {"to": to, "reason": "It is time", **fields}
        standing = await ok(client.post(f"{path_of(account)}/moves", json=body), 201)
    return standing


async def a_decision(client, tier="tier_1", decision="select"):
    """An account that a review has decided on, the decision, and the review."""
    case = await a_voted_review(client)
    fields = {} if decision == "select" else {"tier": None}
    decided = await case.decides(**{"decision": decision, "tier": tier, **fields})
    return case.accounts[0], decided, case


async def a_key_account(client, tier="tier_1", **fields):
    """An account that is selected; `fields` go with each of its moves."""
    account, _, _ = await a_decision(client, tier)
    await moves(client, account, *UP, "selected", **fields)
    return account


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of the lifecycle, each carried out at least once; the ids that their paths name."""
    account = await a_key_account(client)
    await ok(client.get(path_of(account)))
    await ok(client.get(f"{path_of(account)}/moves"))
    await ok(client.get("/v1/selection/lifecycle"))
    await ok(client.get("/v1/selection/lifecycle/promotions"))
    return {"account_id": account["id"]}
