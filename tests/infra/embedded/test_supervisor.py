import os
import signal
import sys
import time
from pathlib import Path

import pytest

from app.infra.embedded import EmbeddedPostgresError
from app.infra.embedded.cluster import prepared
from app.infra.embedded.postmaster import started

KEEP = "CREATE TABLE kept AS SELECT 42 AS figure"
KEPT = "SELECT figure FROM kept"


def server_pid(folder: Path) -> int:
    return int((folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        # A dead one whose parent has not asked for it yet.
        if Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text():
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} is still there")


async def test_a_second_start_finds_the_data_of_the_first_at_the_same_address(folder, embedded, ask):
    first = embedded(folder)
    url = first.start()
    await ask(url, KEEP)
    first.stop()

    assert embedded(folder).start() == url
    assert await ask(url, KEPT) == 42


async def test_starting_and_stopping_twice_is_harmless(used_folder, embedded, ask):
    supervisor = embedded(used_folder)
    assert supervisor.start() == supervisor.start()
    assert supervisor.owner
    supervisor.stop()
    supervisor.stop()
    assert not supervisor.owner

    assert await ask(supervisor.start(), "SELECT 1") == 1


async def test_it_serves_as_a_context(used_folder, embedded, ask):
    with embedded(used_folder) as url:
        pid = server_pid(used_folder)
        assert await ask(url, "SELECT current_database() || current_user") == "kapkap"

    wait_until_gone(pid)


async def test_a_second_supervisor_joins_and_leaves_the_server_alone(used_folder, embedded, ask):
    owner, joiner = embedded(used_folder), embedded(used_folder)
    url = owner.start()

    assert joiner.start() == url
    assert (owner.owner, joiner.owner) == (True, False)

    joiner.stop()
    assert await ask(url, "SELECT 1") == 1


async def test_two_processes_that_start_at_once_on_an_empty_folder_share_one_server(folder, another_process, ask):
    processes = [another_process(folder) for _ in range(2)]
    (url, owns), (other_url, other_owns) = (process.started() for process in processes)

    assert url == other_url
    assert {owns, other_owns} == {True, False}
    assert await ask(url, "SELECT 1") == 1


async def test_a_joiner_takes_over_when_the_owner_ends(used_folder, embedded, another_process, ask):
    importing = another_process(used_folder)
    url, _ = importing.started()
    await ask(url, KEEP)
    serving = embedded(used_folder)
    assert serving.start() == url
    assert not serving.owner

    importing.end()

    assert await ask(url, KEPT) == 42
    assert serving.owner
    assert serving.url == url


async def test_a_joiner_takes_over_when_the_owner_is_killed(used_folder, embedded, another_process, ask):
    owner = another_process(used_folder)
    url, _ = owner.started()
    joiner = embedded(used_folder)
    joiner.start()

    owner.kill()
    joiner.ensure()

    assert joiner.owner
    assert await ask(url, "SELECT 1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="a parent-death signal is Linux's")
async def test_the_server_of_a_killed_process_ends_and_its_data_stay(used_folder, embedded, another_process, ask):
    owner = another_process(used_folder)
    url, _ = owner.started()
    await ask(url, KEEP)
    pid = server_pid(used_folder)

    owner.kill()

    wait_until_gone(pid)
    assert await ask(embedded(used_folder).start(), KEPT) == 42


async def test_a_killed_server_comes_back_by_itself(used_folder, embedded, ask):
    url = embedded(used_folder).start()
    await ask(url, KEEP)
    killed = server_pid(used_folder)

    os.kill(killed, signal.SIGKILL)
    wait_until_gone(killed)

    assert await ask(url, KEPT) == 42
    assert server_pid(used_folder) != killed


async def test_a_server_that_outlived_its_process_is_replaced(used_folder, embedded, ask):
    orphan = started(prepared(used_folder, None, durable=False))

    url = embedded(used_folder).start()

    assert orphan.wait(30) is not None
    assert await ask(url, "SELECT 1") == 1


async def test_a_stale_pid_file_that_names_a_living_process_fools_nobody(used_folder, embedded, bystander, ask):
    first = embedded(used_folder)
    first.start()
    file = used_folder / "postgres" / "data" / "postmaster.pid"
    lines = file.read_text().splitlines()
    first.stop()
    # As a killed server leaves it, once the system has given its number to another process of the same account.
    file.write_text("\n".join([str(bystander(used_folder / "postgres" / "data").pid), *lines[1:]]) + "\n")

    assert await ask(embedded(used_folder).start(), "SELECT 1") == 1
    assert bystander(used_folder / "postgres" / "data").poll() is None


async def test_a_half_made_cluster_is_made_anew(folder, embedded, ask):
    half_made = folder / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    folder.joinpath("postgres").chmod(0o711)

    assert await ask(embedded(folder).start(), "SELECT 1") == 1
    assert not half_made.exists()


async def test_a_start_that_fails_leaves_the_folder_to_the_next(used_folder, embedded, ask):
    broken = used_folder / "bin"
    broken.mkdir()
    (broken / "postgres").write_text("no program")
    (broken / "postgres").chmod(0o755)
    with pytest.raises(EmbeddedPostgresError, match=r"does not run on this machine.*DATABASE_URL"):
        embedded(used_folder, binaries=broken).start()

    assert await ask(embedded(used_folder).start(), "SELECT 1") == 1


async def test_the_terminals_interrupt_does_not_reach_the_server(used_folder, embedded):
    embedded(used_folder).start()

    assert os.getsid(server_pid(used_folder)) != os.getsid(0)
