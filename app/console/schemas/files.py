"""The files that pages refer to: their addresses hold what they contain, so that browsers keep them for good."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

PREFIX = "/console/static"
FOR_GOOD = "public, max-age=31536000, immutable"
_MEDIA = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served, and packed for browsers that can unpack it: all can."""

    media_type: str
    body: bytes
    packed: bytes
    digest: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Every file that pages refer to, by its name below `static`; read once."""
    return dict(_found(files("app.console").joinpath("static"), ""))


def _found(folder: Traversable, within: str) -> list[tuple[str, StaticFile]]:
    found: list[tuple[str, StaticFile]] = []
    for entry in folder.iterdir():
        name, ending = f"{within}{entry.name}", entry.name.rpartition(".")[2]
        if entry.is_dir():
            found += _found(entry, f"{name}/")
        elif ending in _MEDIA:
            body = entry.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:16]
            found.append((name, StaticFile(_MEDIA[ending], body, gzip.compress(body, mtime=0), digest)))
    return found


def address(name: str) -> str:
    """Where a page finds the file of this name; KeyError where there is none."""
    return f"{PREFIX}/{static_files()[name].digest}/{name}"
