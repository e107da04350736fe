"""What a fake HubSpot answers: its problems, and what came of a batch."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from tests.crm.fakes.fake import Fake, as_json
from tests.crm.fakes.hubspot_records import instant

MOST_IN_A_BATCH = 100


def problem(category: str, message: str, status: int = 400, **more: Any) -> Response:
    return as_json(
        {"status": "error", "message": message, "correlationId": str(uuid4()), "category": category, **more}, status
    )


def bad_batch(ids: Sequence[str]) -> Response | None:
    if len(ids) > MOST_IN_A_BATCH:
        return problem("VALIDATION_ERROR", f"Input has too many items: {len(ids)}, the most is {MOST_IN_A_BATCH}")
    twice = sorted({i for i in ids if list(ids).count(i) > 1})
    if twice:
        message = f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique"
        return problem("VALIDATION_ERROR", message, context={"ids": twice})
    return None


def batched(kind: str, rows: Sequence[Any], missing: Sequence[str], errors: Sequence[Any] = ()) -> Response:
    now = instant(datetime.now(UTC))
    told: dict[str, Any] = {"completedAt": now, "status": "COMPLETE", "startedAt": now, "results": list(rows)}
    problems = list(errors)
    if missing:
        problems.append(
            {
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "message": f"Could not get some {kind.upper()} objects, they may be deleted or not exist."
                " Check that ids are valid.",
                "context": {"ids": list(missing)},
            }
        )
    if problems:
        told |= {"errors": problems, "numErrors": len(problems)}
    return as_json(told, 207 if problems else 200)


def not_associated(name: str, record_id: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No company is associated with {name} {record_id}.",
        "context": {"fromObjectId": [record_id], "fromObjectType": [name], "toObjectType": ["company"]},
    }


def too_many(policy: str, message: str) -> Response:
    return as_json(
        {
            "status": "error",
            "message": message,
            "errorType": "RATE_LIMIT",
            "correlationId": str(uuid4()),
            "policyName": policy,
        },
        429,
    )


def paged(fake: Fake, found: Sequence[Any], request_after: str | None, limit: int) -> tuple[list[Any], dict[str, Any]]:
    """The page that begins at `after`, and what to say of the next one."""
    start = int(request_after or 0)
    end = start + limit
    if fake.looping:
        return list(found[start:end]), {"paging": {"next": {"after": str(start)}}}
    more = {"paging": {"next": {"after": str(end)}}} if end < len(found) else {}
    return list(found[start:end]), more
