"""Connections to fake CRMs, made through the API as their owners make them; and the connector of an invented CRM."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.crm.fakes.dynamics import dynamics
from tests.crm.fakes.fake import Fake
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.orchard import orchard
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce

ORCHARD = json.loads((Path(__file__).parent / "custom_connectors" / "orchard.json").read_text())
CLIENT = {"kind": "client_credentials", "client_id": "client", "client_secret": "client-secret"}
FIXED = {"kind": "token", "token": "fixed-token"}
# Where the CRMs believe that they deliver; the tests bring it to the service themselves.
PUBLIC = "https://kap.example/hooks"


@dataclass(frozen=True)
class Provider:
    """How one CRM is connected. tier, score: the fields of its account records that are written back to."""

    name: str
    make: Callable[..., Fake]
    tier: str
    score: str
    settings: dict[str, Any]
    header: str = ""  # in which deliveries show their secret
    style: str = ""

    def made(self, **told: Any) -> Fake:
        """A fake CRM that has the fields which are written to."""
        fake = self.make(custom_fields={self.tier, self.score}, **told)
        fake.hook.header, fake.hook.style = self.header, self.style
        return fake


SALESFORCE = Provider("salesforce", salesforce, "KAP_Tier__c", "KAP_Score__c", {"credentials": CLIENT})
HUBSPOT = Provider(
    "hubspot", hubspot, "kap_tier", "kap_score", {"credentials": FIXED, "webhook_secret": "hubspot-app-secret"}
)
PIPEDRIVE = Provider(
    "pipedrive",
    pipedrive,
    "7" * 40,
    "8" * 40,
    {"credentials": FIXED, "webhook_secret": "kap:pipedrive-password"},
)
DYNAMICS = Provider(
    "dynamics",
    dynamics,
    "kap_tier",
    "kap_score",
    {"credentials": CLIENT, "webhook_secret": "dynamics-key", "signature": "header"},
    header="X-Webhook-Key",
)
INVENTED = Provider(
    "custom",
    orchard,
    "kap_tier",
    "kap_score",
    {"credentials": FIXED, "webhook_secret": "orchard-secret", "connector": ORCHARD},
)
PROVIDERS = (SALESFORCE, HUBSPOT, PIPEDRIVE, DYNAMICS, INVENTED)


@dataclass(frozen=True)
class Link:
    """A connection to a fake CRM. path: where its deliveries come."""

    id: str
    path: str
    source: str

    def address(self, *more: str) -> str:
        return "/".join(("/v1/crm/connections", self.id, *more))


async def connected(client: httpx.AsyncClient, provider: Provider, fake: Fake, **settings: Any) -> Link:
    """A new connection to the fake CRM, which knows from then on where and how to deliver."""
    body = {
        "name": f"Our {provider.name}",
        "provider": provider.name,
        "base_url": fake.url,
        "public_url": PUBLIC,
        "write_back": {"composite": provider.score, "tier": provider.tier},
        **provider.settings,
        **settings,
    }
    if provider is DYNAMICS:
        body["credentials"] = {**CLIENT, "token_url": f"{fake.url}/common/oauth2/v2.0/token"}
    if fake.organization_id and provider is not HUBSPOT:
        body["organization_id"] = fake.organization_id
    answer = await client.post("/v1/crm/connections", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    path = f"/v1/crm/webhooks/{made['id']}"
    fake.hook.url, fake.hook.secret = PUBLIC, body.get("webhook_secret") or made["webhook_secret"]
    if made["deliver_to"]:
        path += made["deliver_to"].removeprefix(PUBLIC)
    return Link(made["id"], path, made["source"])
