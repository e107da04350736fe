"""The CRMs that ship: each is one value, and nothing else in the service knows any of them."""

from collections.abc import Mapping
from types import MappingProxyType

from app.crm.connectors.dynamics import DYNAMICS
from app.crm.connectors.hubspot import HUBSPOT
from app.crm.connectors.pipedrive import PIPEDRIVE
from app.crm.connectors.push import PUSH
from app.crm.connectors.salesforce import SALESFORCE
from app.crm.core.spec import ConnectorSpec

CONNECTORS: Mapping[str, ConnectorSpec] = MappingProxyType(
    {spec.provider: spec for spec in (SALESFORCE, HUBSPOT, PIPEDRIVE, DYNAMICS, PUSH)}
)
