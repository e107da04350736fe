"""Connectors as the JSON that is kept of them."""

from dataclasses import fields, is_dataclass, replace

import orjson
import pytest

from app.crm.connectors import CONNECTORS
from app.crm.core.kept_specs import kept_spec, spec_kept_as


@pytest.mark.parametrize("provider", sorted(CONNECTORS))
def test_a_connector_comes_back_from_json_as_it_was(provider):
    """What is not data (a function that unwraps) stays with those that ship."""
    spec = replace(CONNECTORS[provider], unwrap=None)

    kept = orjson.dumps(kept_spec(spec))

    assert kept_spec(spec_kept_as(orjson.loads(kept))) == orjson.loads(kept)
    assert _plain(spec_kept_as(orjson.loads(kept))) == _plain(spec)


def _plain(value):
    """Equal for a list and a tuple, a dict and another mapping."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if hasattr(value, "items"):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
