"""What tests of calibrations need of both sides: a calibration, people of the customer in it, and what each submits."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.asking import a_person, ok
from tests.selection.ground import an_account

SUPPLIER_SAYS: dict[str, Any] = {
    "goals": [
        {"key": "share", "title": "Grow with their plants", "theme": "growth", "importance": 4, "horizon": "medium"},
        {"key": "uptime", "title": "No line stands still", "theme": "uptime", "importance": 3, "horizon": "short"},
    ],
    "expectations": [{"key": "data", "title": "Data of their lines", "importance": 4, "goal": "uptime"}],
    "commitments": [{"key": "team", "title": "A team on site", "level": 4, "goal": "uptime"}],
}
CUSTOMER_SAYS: dict[str, Any] = {
    "goals": [
        {"key": "lines", "title": "Lines that run", "theme": "uptime", "importance": 5, "horizon": "short"},
        {"key": "cost", "title": "Less to pay a piece", "importance": 2, "horizon": "long"},
    ],
    "expectations": [{"key": "parts", "title": "Spare parts within a day", "importance": 5, "goal": "lines"}],
    "commitments": [{"key": "access", "title": "Access to our planning", "level": 3}],
}
THEIRS = "/v1/participant/calibration"


def guest_of(client: httpx.AsyncClient, token: str) -> httpx.AsyncClient:
    """A client of the same application that shows an invitation; whoever watches the one watches the other."""
    return httpx.AsyncClient(
        transport=client._transport,  # noqa: SLF001  # the application that is behind it
        base_url=client.base_url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        event_hooks=client.event_hooks,
    )


async def invited(client: httpx.AsyncClient, calibration_id: str, user_id: str, **body) -> dict[str, Any]:
    """A new invitation with its token."""
    wanted = {"name": "Grace", "user_id": user_id, **body}
    made: dict[str, Any] = await ok(client.post(f"/v1/calibrations/{calibration_id}/invitations", json=wanted), 201)
    return made


@dataclass
class Talk:
    """A calibration with somebody of ours, and somebody of the customer."""

    client: httpx.AsyncClient
    account: dict[str, Any]
    user: str
    calibration: dict[str, Any]
    invitation: dict[str, Any]
    guest: httpx.AsyncClient

    @property
    def id(self) -> str:
        return str(self.calibration["id"])

    @property
    def url(self) -> str:
        return f"/v1/calibrations/{self.id}"

    async def saves(self, document=SUPPLIER_SAYS, status=200, headers=None):
        """The supplier saves."""
        body = {"document": document, "user_id": self.user}
        return await ok(self.client.put(f"{self.url}/submissions/supplier", json=body, headers=headers), status)

    async def guest_saves(self, document=CUSTOMER_SAYS, status=200, headers=None):
        """The customer saves."""
        return await ok(self.guest.put(f"{THEIRS}/submission", json={"document": document}, headers=headers), status)

    async def seals(self, version=1, status=200, **body):
        """The supplier seals."""
        where = f"{self.url}/submissions/supplier/seal"
        body = {"user_id": self.user, **body}
        return await ok(self.client.post(where, json=body, headers={"If-Match": f'"{version}"'}), status)

    async def guest_seals(self, version=1, status=200, **body):
        """The customer seals."""
        where = f"{THEIRS}/submission/seal"
        return await ok(self.guest.post(where, json=body, headers={"If-Match": f'"{version}"'}), status)

    async def reveals(self, supplier=SUPPLIER_SAYS, customer=CUSTOMER_SAYS):
        """Both save and seal."""
        await self.saves(supplier)
        await self.guest_saves(customer)
        await self.seals()
        await self.guest_seals()
        return self

    async def submissions(self):
        """What the supplier sees."""
        return await ok(self.client.get(f"{self.url}/submissions"))

    async def guest_submissions(self):
        """What the customer sees."""
        return await ok(self.guest.get(f"{THEIRS}/submissions"))

    async def another_guest(self, **body):
        """Somebody else of the customer."""
        return guest_of(self.client, (await invited(self.client, self.id, self.user, **body))["token"])


async def a_calibration(client, account_id: str, user_id: str, **body) -> dict[str, Any]:
    """A calibration that begins."""
    where = f"/v1/accounts/{account_id}/calibrations"
    made: dict[str, Any] = await ok(client.post(where, json={"user_id": user_id, **body}), 201)
    return made


async def a_talk(client, name="Cancity", **body) -> Talk:
    """A calibration that begins, with a guest."""
    account, user = await an_account(client, name), await a_person(client, "sales")
    calibration = await a_calibration(client, account["id"], user, **body)
    invitation = await invited(client, calibration["id"], user)
    return Talk(client, account, user, calibration, invitation, guest_of(client, invitation["token"]))
