"""The descriptions of the API that are committed: which files they are, whether they are current, and may be written.

`openapi.json` describes everything, `openapi-3.0.json` and `swagger-2.0.json` what plugins call, as Salesforce and
Power Platform import it; `v1-baseline.json` is the surface that callers rely on, which every change is held against.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from app.infra.documents import compatibility, power_platform, power_platform_limits, salesforce, salesforce_limits
from app.infra.documents.limits import faults
from app.infra.documents.surface import surface, text

FILE = "openapi.json"
BASELINE = "v1-baseline.json"
Files = Mapping[str, bytes]


def made_of(document: dict[str, Any]) -> Files:
    """Each file's name and content, with sorted keys, so that differences are those of meaning."""
    documents = {
        FILE: document,
        salesforce.FILE: salesforce.form(document),
        power_platform.FILE: power_platform.form(document),
    }
    sorted_keys = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    made = {name: orjson.dumps(each, option=sorted_keys) for name, each in documents.items()}
    return {**made, BASELINE: text(surface(document))}


def stale(folder: Path, files: Files) -> list[str]:
    """The committed files that are not what they should be."""
    paths = {folder / name: content for name, content in files.items()}
    return [str(path) for path, content in paths.items() if not path.exists() or path.read_bytes() != content]


def broken(folder: Path, files: Files) -> list[str]:
    """What callers of the committed surface would miss; nothing where none is committed yet."""
    committed = folder / BASELINE
    if not committed.exists():
        return []
    return compatibility.breaks(orjson.loads(committed.read_bytes()), orjson.loads(files[BASELINE]))


def not_imported(files: Files) -> list[str]:
    """Why the files for importers would be refused by them."""
    limits = {salesforce.FILE: salesforce_limits.LIMITS, power_platform.FILE: power_platform_limits.LIMITS}
    return [f"{name}: {fault}" for name, each in limits.items() for fault in faults(orjson.loads(files[name]), each)]


def write(folder: Path, files: Files) -> None:
    """Write the files that are stale."""
    folder.mkdir(exist_ok=True)
    for path in stale(folder, files):
        Path(path).write_bytes(files[Path(path).name])
