"""The sealing keys of real processes: none starts to serve without them, and `kap reseal` replaces them."""

import re
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
from tests.processes import printed

NEW = f"new:{b64encode(bytes(range(32))).decode()}"


@pytest.mark.parametrize(
    ("command", "keys", "why"),
    [
        ("serve", {"KAP_SEALING_KEYS": "mine:c2hvcnQtY2FuYXJ5"}, "has 12 bytes instead of 32"),
        ("worker", {"KAP_SEALING_KEYS": " "}, "KAP_SEALING_KEYS is not set"),
        ("reseal", {"KAP_SEALING_KEYS": "no-name"}, "key 1 has no name"),
    ],
)
async def test_a_process_without_usable_keys_refuses_to_start_and_names_the_setting(command, keys, why, tmp_path):
    """The address leads nowhere: that the keys are missing is said before any database is asked."""
    nowhere = "postgresql://nobody@127.0.0.1:9/nowhere"
    done = await printed(command, log=tmp_path / "said", DATABASE_URL=nowhere, **keys)

    said = " ".join(done.said.split())
    assert (done.code, "KAP_SEALING_KEYS" in said, why in said) == (1, True, True), said
    assert "c2hvcnQtY2FuYXJ5" not in said
    assert "Traceback" not in said


async def test_reseal_puts_everything_under_the_first_key(database, tenant, database_url, tmp_path):
    asked = Asked(
        "Our CRM", "crm", "https://api.hubapi.com", ("account",), Settings(), CONNECTORS["hubspot"],
        Credentials("token", {"token": "a secret"}),
    )  # fmt: skip
    setup = connecting.Setup(ring_from(SEALING_KEYS), "", loopback=False)
    async with database.transaction(tenant.id) as db:
        made = (await connecting.create(db, setup, tenant.id, asked, None)).row

    async def resealed(keys, log):
        return await printed("reseal", log=tmp_path / log, DATABASE_URL=database_url, KAP_SEALING_KEYS=keys)

    done = await resealed(f"{NEW},{SEALING_KEYS}", "there")
    assert done.code == 0, done.said
    async with database.transaction(tenant.id) as db:
        row = await connections.row(db, tenant.id, ConnectionId(made["id"]))
    assert queries.opened(ring_from(NEW), row, "credentials") == {"token": "a secret"}
    back = await resealed(f"{SEALING_KEYS},{NEW}", "back")
    assert back.code == 0, back.said
    lost = await resealed(NEW, "lost")
    assert lost.code == 1
    assert re.search(r"not opened: [1-9]", " ".join(lost.said.split()))
