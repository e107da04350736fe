"""Lists of facts: pages, orders and filters."""

import pytest
from sqlalchemy import event

from app.accounts.kinds import KINDS
from tests.accounts.facts import bodies, made, nobody, of_account, path_of
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
every_kind = pytest.mark.parametrize("plural", KINDS)


async def filled(client, plural, account, numbers):
    """Records of the kind, one for each number; their ids in that order."""
    items = [of_account(account, plural, number) for number in numbers]
    answer = await client.post(f"/v1/{path_of(plural)}/batch", json={"items": items})
    assert answer.json()["created"] == len(items), answer.text
    return [item["id"] for item in answer.json()["results"]]


async def walk(client, path, **params):
    """Every record of the list, page after page."""
    records, cursor = [], None
    while True:
        answer = await client.get(f"/v1/{path}", params={**params, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        records += page["data"]
        assert len(page["data"]) <= params["limit"]
        cursor = page["next_cursor"]
        if cursor is None:
            return records


@every_kind
async def test_pages_hold_every_record_once_though_rows_are_added_meanwhile(client, ground, plural):
    mine = await filled(client, plural, ground.account, range(7))
    params = {"limit": 3, "source": "bulk"}

    first = (await client.get(f"/v1/{path_of(plural)}", params=params)).json()
    added = await filled(client, plural, ground.account, [7])
    cursor, pages = first["next_cursor"], [*first["data"]]
    while cursor is not None:
        page = (await client.get(f"/v1/{path_of(plural)}", params={**params, "cursor": cursor})).json()
        pages += page["data"]
        cursor = page["next_cursor"]

    assert [record["id"] for record in pages] == [*mine, *added]


@every_kind
async def test_every_order_comes_forwards_and_backwards_with_what_is_unknown_at_the_end(client, ground, plural):
    ids = await filled(client, plural, ground.account, range(8))
    nullable = {"closed_on", "created_on", "amount"} if plural == "opportunities" else set()
    if nullable:
        for number in (2, 5):
            await client.patch(f"/v1/opportunities/{ids[number]}", json={"amount": None, "created_on": None})

    for name in ("id", *KINDS[plural].sorts):
        for sign, backwards in (("", False), ("-", True)):
            found = await walk(client, path_of(plural), limit=3, sort=f"{sign}{name}", source="bulk")
            values = [sortable(record, name) for record in found]
            known = [value for value in values if value is not None]
            assert sorted(record["id"] for record in found) == sorted(ids)
            assert known == sorted(known, reverse=backwards)
            assert values == known + [None] * (len(values) - len(known))


def sortable(record, name):
    value = record["period"]["from"] if name == "period_from" else record[name]
    return float(value["amount"]) if isinstance(value, dict) else value


async def test_an_order_or_cursor_of_another_list_is_refused(client, ground):
    await filled(client, "opportunities", ground.account, range(3))
    answer = await client.get("/v1/opportunities", params={"limit": 1, "sort": "amount"})
    cursor = answer.json()["next_cursor"]

    for params, pointer in (
        ({"cursor": cursor}, "/query/cursor"),
        ({"cursor": cursor, "sort": "-amount"}, "/query/cursor"),
        ({"cursor": "x"}, "/query/cursor"),
        ({"sort": "secret"}, "/query/sort"),
        ({"limit": 0}, "/query/limit"),
        ({"limit": 501}, "/query/limit"),
        ({"account_id": "x"}, "/query/account_id"),
        ({"status": "maybe"}, "/query/status"),
        ({"closed_from": "tomorrow"}, "/query/closed_from"),
        ({"closed_until": "0"}, "/query/closed_until"),
    ):
        refused = await client.get("/v1/opportunities", params=params)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), params


async def test_lists_are_filtered_by_what_records_are(client, ground):
    full = {plural: await made(client, path_of(plural), body) for plural, body in bodies(ground).items()}
    other = await made(client, "opportunities", {"created_on": "2018-01-01"})
    deal = full["opportunities"]

    found = {
        "users": [{"function": "sales"}, {"active": "false"}, {"email": "bob@example.com"}],
        "offerings": [{"code": "MG"}, {"series": "MG"}],
        "exchange_rates": [{"currency": "EUR"}, {"into_currency": "USD"}],
        "accounts": [
            {"kam_user_id": ground.user}, {"parent_id": ground.account}, {"industry": "retail"}, {"country": "US"},
            {"name": "ACME corporation "},
        ],
        "contacts": [
            {"stance": "advocate"}, {"seniority": "c_level"}, {"active": "false"},
            {"buying_center_id": ground.buying_center},
        ],
        "opportunities": [
            {"account_id": ground.account}, {"unassigned": "false"}, {"status": "won"}, {"stage": "Engaging"},
            {"offering_id": ground.offering}, {"buying_center_id": ground.buying_center}, {"owner": "Moses"},
            {"created_until": "2016-10-25"}, {"closed_from": "2017-03-01", "closed_until": "2017-03-01"},
        ],
        "engagements": [{"account_id": ground.account}, {"kind": "qbr"}, {"held_from": "2017-05-01"}],
        "observations": [{"metric": "nps"}, {"observed_until": "2017-05-01"}],
        "ratings": [{"metric": "goal_fit"}, {"function": "legal"}, {"user_id": ground.user}],
        "targets": [{"metric": "revenue"}],
    }  # fmt: skip
    missed = {
        "users": [{"function": "legal"}],
        "accounts": [{"name": "Acme"}, {"kam_user_id": nobody()}],
        "contacts": [{"stance": "coach"}],
        "opportunities": [
            {"status": "lost"}, {"closed_from": "2017-03-02"}, {"closed_until": "2017-02-28"},
            {"created_from": "2018-01-02"}, {"account_id": nobody()},
        ],
        "engagements": [{"held_until": "2017-04-30"}],
        "targets": [{"metric": "margin"}],
    }  # fmt: skip

    for plural, queries in found.items():
        for params in queries:
            listed = (await client.get(f"/v1/{path_of(plural)}", params=params)).json()["data"]
            assert [record["id"] for record in listed] == [full[plural]["id"]], (plural, params)
    for plural, queries in missed.items():
        for params in queries:
            assert (await client.get(f"/v1/{path_of(plural)}", params=params)).json()["data"] == [], (plural, params)
    unassigned = (await client.get("/v1/opportunities", params={"unassigned": "true"})).json()["data"]
    assert [record["id"] for record in unassigned] == [other["id"]] != [deal["id"]]


@pytest.fixture
def statements(database):
    """The statements that the application has sent."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@every_kind
async def test_the_number_of_statements_does_not_grow_with_the_rows(client, ground, statements, plural):
    """Neither of a batch that creates, nor of one that changes, nor of a page."""

    async def sent(method, path, **request):
        statements.clear()
        answer = await client.request(method, f"/v1/{path}", **request)
        assert answer.status_code == 200, answer.text
        return len(statements)

    counts = []
    for first, number in ((0, 5), (1000, 200)):
        items = [of_account(ground.account, plural, first + each) for each in range(number)]
        changed = [{**item, **change_of(plural)} for item in items]
        counts.append(
            [
                await sent("POST", f"{path_of(plural)}/batch", json={"items": items}),
                await sent("POST", f"{path_of(plural)}/batch", json={"items": changed}),
                await sent("GET", path_of(plural), params={"limit": 500}),
            ]
        )

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


def change_of(plural):
    """What makes an item of a batch another one without touching its identity."""
    return {
        "users": {"email": "a@example.com"},
        "offerings": {"series": "S"},
        "exchange_rates": {"rate": "2"},
        "accounts": {"industry": "retail"},
        "buying_centers": {},
        "contacts": {"stance": "coach"},
        "opportunities": {"stage": "Proposal"},
        "engagements": {"subject": "S"},
        "observations": {"value": -1.0},
        "ratings": {"comment": "c"},
        "targets": {"amount": {"amount": "11", "currency": "USD"}},
    }[plural]
