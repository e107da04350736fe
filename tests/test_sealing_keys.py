"""The sealing keys of real processes: none starts to serve without them, and `kap reseal` replaces them."""

import os
import re
import subprocess
import sys
from base64 import b64encode

import pytest

from app.crm.connectors import CONNECTORS
from app.crm.core.asked import Asked, Credentials
from app.crm.core.connection import Settings
from app.crm.queries import connections as queries
from app.crm.service import connecting, connections
from app.infra.sealing import ring_from
from app.kernel.ids import ConnectionId
from tests.conftest import SEALING_KEYS

NEW = f"new:{b64encode(bytes(range(32))).decode()}"


def kap(*arguments, **environment):
    """A command that ends by itself; what it says and how it ends."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KAP_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        env={**plain, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "keys", "why"),
    [
        ("serve", {"KAP_SEALING_KEYS": "mine:c2hvcnQtY2FuYXJ5"}, "has 12 bytes instead of 32"),
        ("worker", {"KAP_SEALING_KEYS": " "}, "KAP_SEALING_KEYS is not set"),
        ("reseal", {"KAP_SEALING_KEYS": "no-name"}, "key 1 has no name"),
    ],
)
def test_a_process_without_usable_keys_refuses_to_start_and_names_the_setting(command, keys, why):
    """The address leads nowhere: that the keys are missing is said before any database is asked."""
    status, said = kap(command, DATABASE_URL="postgresql://nobody@127.0.0.1:9/nowhere", **keys)

    said = " ".join(said.split())
    assert (status, "KAP_SEALING_KEYS" in said, why in said) == (1, True, True), said
    assert "c2hvcnQtY2FuYXJ5" not in said
    assert "Traceback" not in said


async def test_reseal_puts_everything_under_the_first_key(database, tenant, database_url):
    asked = Asked(
        "Our CRM", "crm", "https://api.hubapi.com", ("account",), Settings(), CONNECTORS["hubspot"],
        Credentials("token", {"token": "a secret"}),
    )  # fmt: skip
    setup = connecting.Setup(ring_from(SEALING_KEYS), "", loopback=False)
    async with database.transaction(tenant.id) as db:
        made = (await connecting.create(db, setup, tenant.id, asked, None)).row

    status, said = kap("reseal", DATABASE_URL=database_url, KAP_SEALING_KEYS=f"{NEW},{SEALING_KEYS}")

    assert status == 0, said
    async with database.transaction(tenant.id) as db:
        row = await connections.row(db, tenant.id, ConnectionId(made["id"]))
    assert queries.opened(ring_from(NEW), row, "credentials") == {"token": "a secret"}
    status, said = kap("reseal", DATABASE_URL=database_url, KAP_SEALING_KEYS=f"{SEALING_KEYS},{NEW}")
    assert status == 0, said
    status, said = kap("reseal", DATABASE_URL=database_url, KAP_SEALING_KEYS=NEW)
    assert status == 1
    assert re.search(r"not opened: [1-9]", " ".join(said.split()))
