"""What tests of the audit log ask of it."""

from tests.asking import ok


async def entries(client, **wanted):
    """The newest entries that fit, the newest first."""
    return (await ok(client.get("/v1/audit-log", params=wanted)))["data"]


async def a_whole_story(client) -> dict[str, str]:
    """The one operation of the log, after something was changed; no path of it names an id."""
    account = await ok(client.post("/v1/accounts", json={"name": "Logged"}), 201)
    assert [each["operation"] for each in await entries(client, account_id=account["id"])] == ["create_account"]
    return {}
