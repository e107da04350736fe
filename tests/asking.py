"""What tests of doors do again and again: calls that have to go well, people, and the counting of statements."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import event

from tests.conftest import client_with


async def ok(answering, status=200):
    """What the call answers, which has to go well."""
    answer = await answering
    assert answer.status_code == status, answer.text
    return None if status == 204 else answer.json()


async def a_record(client, path, **body):
    """A new record's id."""
    return (await ok(client.post(f"/v1/{path}", json=body), 201))["id"]


async def a_person(client, function, name="Ada"):
    """A new user's id."""
    return await a_record(client, "users", name=name, function=function)


async def key_of(client, user_id, scopes=("selection:read", "selection:write")):
    """A key that belongs to the person."""
    body = {"name": "own", "scopes": list(scopes), "user_id": user_id}
    return (await ok(client.post("/v1/api-keys", json=body), 201))["key"]


async def own_client(app, client, user_id, scopes=("selection:read", "selection:write")):
    """A client whose key belongs to the person."""
    return client_with(app, await key_of(client, user_id, scopes))


def days_ago(days):
    """A day of the wire, so many days before today."""
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


@contextmanager
def counted(database):
    """What goes to the database through the engine inside the block."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
