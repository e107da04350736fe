"""How an embedded cluster is made: whole or not at all, with a random password and an order of its own."""

import os
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.infra.embedded import binaries as programs
from app.infra.embedded import places
from app.infra.embedded.launching import Account, EmbeddedPostgresError, explained, launch

OWNER = "kap"
DATABASE = "kap"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that can be served: its folder, and the programs and the account that serve it."""

    home: Path
    binaries: Path
    account: Account | None
    durable: bool

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"


def prepared(data_dir: Path, binaries: Path | None, *, durable: bool) -> Cluster:
    """The cluster of `data_dir`, made on its first use. Only for who holds the folder's lock."""
    account = places.server_account(data_dir)
    home = places.home_of(data_dir, account, durable=durable)
    given = binaries or programs.package_binaries()
    release = programs.version(given)
    major = release.partition(".")[0]
    cluster = Cluster(home, programs.reachable(given, release, home, account), account, durable)
    if not cluster.data.exists():
        _create(cluster, int(major))
    _check(cluster, major)
    return cluster


def url(home: Path) -> str:
    """How the owner of the database connects, from whichever process."""
    password = (home / "password").read_text(encoding="utf-8")
    folder = (home / "socket-folder").read_text(encoding="utf-8")
    return f"postgresql://{OWNER}:{password}@/{DATABASE}?host={quote(folder)}"


def _create(cluster: Cluster, major: int) -> None:
    """Make the cluster aside and move it into place, so that a half-made one is never taken for one."""
    staging = cluster.home / "data.new"
    typed = cluster.home / "password.new"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    places.hand_over(staging, cluster.account)
    password = secrets.token_urlsafe(24)
    places.write_privately(typed, password)
    places.hand_over(typed, cluster.account)
    try:
        _initdb(cluster, staging, typed, major)
        _create_database(cluster, staging)
    finally:
        typed.unlink()
    places.write_privately(cluster.home / "password", password)
    staging.replace(cluster.data)
    _sync(cluster.home)


def _initdb(cluster: Cluster, staging: Path, password_file: Path, major: int) -> None:
    command = [str(cluster.binaries / "initdb"), "-D", str(staging), "-U", OWNER, "-E", "UTF8"]
    command += ["--auth=scram-sha-256", f"--pwfile={password_file}", *([] if cluster.durable else ["--no-sync"])]
    if major >= 17:
        _run(cluster, [*command, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"])
        return
    try:
        _run(cluster, [*command, "--locale=C.UTF-8"])
    except EmbeddedPostgresError as failure:
        if "locale" not in str(failure):
            raise
        # This C library lacks C.UTF-8. The order is the same, but lower() knows ASCII only.
        _run(cluster, [*command, "--locale=C"])


def _create_database(cluster: Cluster, data: Path) -> None:
    """Without a server, so that the cluster is complete before anyone can see it."""
    command = [str(cluster.binaries / "postgres"), "--single", "-D", str(data), "-c"]
    said = _run(
        cluster, [*command, f"fsync={'on' if cluster.durable else 'off'}", "postgres"], f"CREATE DATABASE {DATABASE}\n"
    )
    # This mode reports a failed statement, and yet exits with 0.
    if re.search(r"\b(ERROR|FATAL|PANIC):", said):
        raise EmbeddedPostgresError(explained(said, cluster.home))


def _run(cluster: Cluster, command: list[str], typed: str = "") -> str:
    """Run one of the programs to its end; what it said."""
    process = launch(cluster.account, command, cwd=cluster.home, stdin=subprocess.PIPE, output=subprocess.PIPE)
    said = process.communicate(typed.encode())[0].decode(errors="replace")
    if process.returncode != 0:
        raise EmbeddedPostgresError(explained(said, cluster.home))
    return said


def _check(cluster: Cluster, major: str) -> None:
    written_by = (cluster.data / "PG_VERSION").read_text(encoding="utf-8").strip()
    if written_by != major:
        raise EmbeddedPostgresError(
            f"The data in {cluster.data} was written by PostgreSQL {written_by}, and this one is {major}: dump it with"
            " the release that wrote it and load it into a new data folder (KAP_DATA_DIR), or set DATABASE_URL"
        )
    if not (cluster.home / "password").exists():
        raise EmbeddedPostgresError(f"The database's password is missing: restore {cluster.home / 'password'}")


def _sync(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
