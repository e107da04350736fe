"""What the tests of explained changes stand on: an account that was judged, did something, and was judged again."""

from tests.asking import ok
from tests.health.scores.ground import a_health_model, an_observed_account, days_ago, observed


async def the_changes(client, account, since, **params):
    url = f"/v1/accounts/{account['id']}/health/changes"
    return await ok(client.get(url, params={"since": since.isoformat(), **params}))


async def a_changed_account(client):
    """An account whose adoption rose from 0.4 to 0.8 thirty days ago, and whose NPS is known since ten days."""
    await a_health_model(client)
    account = await an_observed_account(client, on=days_ago(200), csat=4, adoption=0.4)
    await observed(client, account, days_ago(30), adoption=0.8)
    await observed(client, account, days_ago(10), nps=2)
    return account


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of explained changes, carried out once; the ids that their paths name."""
    account = await a_changed_account(client)
    await the_changes(client, account, days_ago(90))
    return {"account_id": account["id"]}
