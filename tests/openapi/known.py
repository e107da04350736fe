"""What a service has already, told to schemathesis, so that most of what that makes up is about what is there."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.calibration.guests import a_talk
from tests.openapi.asking import CONFIG
from tests.openapi.fields import fields_of
from tests.openapi.parts import ending
from tests.openapi.reading import described
from tests.security.world import everything

STEPS = 25  # of one walk along the links
DAYS, VERSIONS = "day", "version"
# Of all days that there are, few are neither in the future nor before the first of what was noted.
USUAL = {DAYS: ["2024-02-29", "2025-01-31", "2025-12-31", "2026-06-30"], VERSIONS: ['"1"', '"2"', "*"]}


@dataclass(frozen=True)
class Known:
    """What can be named, by its name in paths (`account_id`), and what somebody of a customer shows for a key."""

    named: Mapping[str, list[str]]
    guest: str


async def known(client: httpx.AsyncClient) -> Known:
    """What there is once everything was done once."""
    mine, talk = await everything(client), await (await a_talk(client, "Fuzzed")).reveals()
    found = {"calibration_id": {talk.id}}
    for ids in (mine.ids, *mine.told.values()):
        for name, value in ids.items():
            found.setdefault(name, set()).add(value)
    ids = {name: sorted(values) for name, values in found.items() if name.endswith("_id") and name != "external_id"}
    return Known({**USUAL, **ids}, talk.invitation["token"])


def told_of(there: Known, document: dict[str, Any], folder: Path, *, often: float) -> Path:
    """The configuration of schemathesis with what is there; often: how likely it is named, and not made up (0 to 1)."""
    named = {f"path.{name}": name for name in there.named if name not in USUAL} | {"header.If-Match": VERSIONS}
    for operation in described(document):
        for place, name, schema in fields_of(document, operation.body):
            if kind := _kind(name, schema, there.named):
                named[f"body.{place}"] = kind
    lines = [CONFIG.read_text(), "[phases.stateful]", f"max-steps = {STEPS}", "[parameters]"]
    lines += [f'"{place}" = {{ dictionary = "{kind}", probability = {often} }}' for place, kind in named.items()]
    for kind, values in there.named.items():
        lines += [f"[dictionaries.{kind}]", f"values = {json.dumps(values)}"]
    lines += ["[[operations]]", 'include-path-regex = "^/v1/participant/"']
    lines += [f'headers = {{ Authorization = "Bearer {there.guest}" }}']
    written = folder / f"schemathesis-{often}.toml"
    written.write_text("\n".join(lines) + "\n")
    return written


def _kind(name: str, schema: dict[str, Any], there: Collection[str]) -> str | None:
    """What a field names: a day, or a record that is there; none where it names neither."""
    if "date" in {each.get("format") for each in (schema, *schema.get("anyOf", ()))}:
        return DAYS
    return ending(name, there) if name.endswith("_id") else None
