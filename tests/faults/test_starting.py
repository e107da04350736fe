"""What processes refuse to start with, and what cannot keep them from going on."""

import contextlib
import os
from base64 import b64encode
from pathlib import Path

import pytest

from tests.faults.ground import a_key
from tests.jobs import ground
from tests.jobs.ground import until
from tests.processes import free_port, kap, serving

SHORT = b64encode(b"too short, this canary").decode()


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("keys", "why"), [("", "KAP_SEALING_KEYS is not set"), (f"mine:{SHORT}", "has 22 bytes instead of 32")]
)
async def test_case_86_without_a_whole_sealing_key_no_process_starts_and_the_setting_is_named(
    url, tmp_path, command, keys, why
):
    async with kap(command, log=tmp_path / "log", DATABASE_URL=url, KAP_SEALING_KEYS=keys) as process:
        code = await process.ended()

    said = " ".join(process.said.split())
    assert code == 1
    assert "KAP_SEALING_KEYS" in said
    assert why in said
    assert SHORT not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_case_87_as_a_role_that_would_bypass_the_policies_no_process_starts(url, tmp_path, command):
    """The owner of the test's database is a superuser; the setting tells the service to work as just that one."""
    more = {"DATABASE_URL": url, "KAP_APP_ROLE": "kap", "PORT": str(free_port())}
    async with kap(command, log=tmp_path / "log", **more) as process:
        code = await process.ended()

    assert code not in {None, 0}
    assert "would bypass row-level security" in " ".join(process.said.split())
    assert "worker_started" not in process.said


FULL = Path("/dev/full")
ON_A_FULL_DISK = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full, which is a disk without room")


@contextlib.asynccontextmanager
async def without_room(*arguments, folder, **more):
    """`kap …`, which can print nothing at all."""
    log = folder / "full"
    for name in ("full", "full.err"):
        (folder / name).symlink_to(FULL)
    async with kap(*arguments, log=log, **more) as process:
        await until(lambda: Path(f"/proc/{process.pid}/fd/2").readlink() == FULL)
        for name in ("full", "full.err"):
            (folder / name).unlink()
        log.touch()  # it can be read to its end
        yield process


async def serves(process, key):
    async with process.client(key) as client:
        made = await client.post("/v1/accounts", json={"name": "Acme"})
        answers = [made, *[await client.get(path) for path in (made.headers["location"], "/v1/nowhere", "/metrics")]]
    return [answer.status_code for answer in answers] == [201, 200, 404, 200]


@ON_A_FULL_DISK
async def test_case_88_a_service_goes_on_without_room_for_its_log(url, tmp_path):
    key = await a_key(url)
    told = {"DATABASE_URL": url, "PORT": str(free_port())}
    async with without_room("serve", "--with-worker", folder=tmp_path, **told) as process:
        await process.ready()
        assert await serves(process, key)
        process.terminate()
        assert await process.ended() == 0


async def test_case_88_a_service_goes_on_when_nobody_reads_its_log_any_more(url, tmp_path):
    key = await a_key(url)
    for name in ("pipe", "pipe.err"):
        os.mkfifo(tmp_path / name)
    readers = [os.open(tmp_path / name, os.O_RDONLY | os.O_NONBLOCK) for name in ("pipe", "pipe.err")]
    async with serving(url, log=tmp_path / "pipe") as process:
        for reader in readers:
            os.close(reader)
        assert await serves(process, key)
        process.terminate()
        assert await process.ended() == 0
