"""A CRM that answers at once: it speaks as Salesforce does, and all its pages are ready.

Run as `python -m benchmarks.pages PORT ROWS ACCOUNTS`.
"""

import sys
from urllib.parse import parse_qs

import orjson
import uvicorn
from starlette.types import Receive, Scope, Send

from app.infra.http_protocol import BoundedHttp

SIZE = 2000
STAGES = ("Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost")


def account_id(number: int) -> str:
    return f"001{number:012d}AAA"


def deal_id(number: int) -> str:
    return f"006{number:012d}AAA"


def deal(number: int, accounts: int) -> dict[str, object]:
    """One opportunity, which follows from its number."""
    stage = STAGES[number % len(STAGES)]
    return {
        "attributes": {"type": "Opportunity", "url": f"/services/data/v60.0/sobjects/Opportunity/{deal_id(number)}"},
        "Id": deal_id(number),
        "Name": f"Deal {number}",
        "AccountId": account_id(number % accounts),
        "Amount": 100.0 + number * 7919 % 100_000,
        "CurrencyIsoCode": "USD",
        "StageName": stage,
        "IsClosed": stage.startswith("Closed"),
        "IsWon": stage == "Closed Won",
        "Probability": 10.0 * (number % 11),
        "CreatedDate": "2024-03-01T09:00:00.000+0000",
        "CloseDate": f"2025-{1 + number % 12:02d}-15",
        "Owner": {"attributes": {"type": "User"}, "Name": f"Seller {number % 50}"},
        "SystemModstamp": f"2025-06-01T{number % 24:02d}:{number % 60:02d}:00.000+0000",
        "IsDeleted": False,
    }


def _pages(rows: int, accounts: int) -> dict[str, bytes]:
    """The pages by the id that they come after."""
    pages = {}
    for start in range(0, rows + 1, SIZE):
        records = [deal(number, accounts) for number in range(start, min(start + SIZE, rows))]
        after = deal_id(start - 1) if start else ""
        pages[after] = orjson.dumps({"totalSize": len(records), "done": True, "records": records})
    return pages


class Crm:
    """The application: a token for whoever asks, the page after the id that the query names."""

    def __init__(self, rows: int, accounts: int) -> None:
        self.pages = _pages(rows, accounts)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = self._answer(scope["path"], scope["query_string"].decode())
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, path: str, query: str) -> bytes:
        if path.endswith("/token"):
            return b'{"access_token": "token", "token_type": "Bearer", "expires_in": 7200}'
        asked = parse_qs(query).get("q", [""])[0]
        after = asked.partition("Id > '")[2].partition("'")[0]
        return self.pages.get(after, self.pages[""])


def main(port: str, rows: str, accounts: str) -> None:
    app = Crm(int(rows), int(accounts))
    uvicorn.run(app, port=int(port), http=BoundedHttp, log_config=None, access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
