"""A fake HubSpot's owners, who are no objects and have doors of their own."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.crm.fakes.fake import Fake, as_json
from tests.crm.fakes.hubspot_answers import paged, problem
from tests.crm.fakes.hubspot_records import instant
from tests.crm.fakes.store import Record

Door = Callable[[Request], Any]


def _owner_shown(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "email": record.values.get("email"),
        "type": "PERSON",
        "firstName": record.values.get("firstName"),
        "lastName": record.values.get("lastName"),
        "userId": int(record.id) + 1000,
        "createdAt": instant(record.created_at),
        "updatedAt": instant(record.modified_at),
        "archived": record.gone,
    }


def owners(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        query = request.query_params
        archived = query.get("archived") == "true"
        found = [record for record in fake.store.all("user") if record.gone == archived]
        rows, more = paged(fake, found, query.get("after"), min(int(query.get("limit", "100")), fake.page_size))
        return as_json({"results": [_owner_shown(row) for row in rows], **more})

    return answer


def owner(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        record = fake.store.find("user", request.path_params["record_id"])
        if record is None:
            return problem("OBJECT_NOT_FOUND", "resource not found", 404)
        return as_json(_owner_shown(record))

    return answer
