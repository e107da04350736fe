"""Documents of custom connectors, and ways to spoil them."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from app.crm.schemas.spec import UnusableConnector, spec_of

CUSTOM_SPECS = Path(__file__).parents[1] / "custom_specs"
INVENTED = Path(__file__).parents[1] / "custom_connectors" / "orchard.json"
SMALL: Any = {
    "title": "Tiny CRM",
    "base_url": "https://api.tiny.example",
    "authentication": {"kinds": ["token"]},
    "signatures": {"hmac": {"algorithm": "hmac-sha256", "name": "X-Signature"}},
    "events": {
        "object": {"path": "type", "transform": "map", "values": {"deal": "opportunity"}},
        "external_id": {"path": "id"},
    },
    "objects": {
        "opportunity": {
            "name": "deals",
            "id": {"path": "id"},
            "modified": {"path": "updated_at", "transform": "datetime"},
            "fields": {"name": {"path": "title"}},
            "page": {
                "path": "/deals",
                "query": {"cursor": "{cursor}"},
                "items": "data",
                "paging": {"kind": "cursor", "next": "next"},
            },
            "one": {"path": "/deals/{id}"},
        }
    },
}
ABSENT = object()


def document(name):
    """A document of ours by its name."""
    return json.loads((CUSTOM_SPECS / f"{name}.json").read_text())


def spoilt(**changes):
    """The small document with other values at these places: `objects__opportunity__page__path="…"`."""
    made = deepcopy(SMALL)
    for place, value in changes.items():
        *steps, last = place.split("__")
        inner = made
        for step in steps:
            inner = inner.setdefault(step, {})
        if value is ABSENT:
            del inner[last]
        else:
            inner[last] = value
    return made


def faults_of(told):
    """Where a document cannot be right, and why."""
    try:
        spec_of(told, place="")
    except UnusableConnector as unusable:
        return {(fault.pointer, fault.code) for fault in unusable.errors}
    return set()
