"""Clients in Python and TypeScript are generated from the document, compile strictly, and work with the service.

`plugin.py.txt` is what somebody would write with the Python client; its modules are not of our environment, so it is no
module here. For TypeScript that is in `examples/typescript`.
"""

import json
import shutil
from pathlib import Path

import pytest

from app.main import create_app
from tests.conftest import a_tenant
from tests.openapi.clients.generated import ROOT, TOOLS, USED, run, tools
from tests.openapi.parts import part
from tests.openapi.served import Served

HERE = Path(__file__).parent
EXAMPLES = ROOT / "examples" / "typescript"
STRICT = ("--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes")
TARGET = ("--skipDefaultLibCheck", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom,dom.iterable")
# What must not compile, were types not what the document says.
WRONG = """
import { Client, type Answered, type Schemas } from "./client.js";
import type { paths } from "./api.js";
const client = new Client("", "");
const path = "/v1/accounts/by-external-id/{source}/{external_id}" as const;
const here = { source: "crm", external_id: "1" };
// @ts-expect-error: there is no such path
await client.call("get", "/v1/nothing", {});
// @ts-expect-error: it cannot be posted to
await client.call("post", path, { path: here });
// @ts-expect-error: the path needs both
await client.call("get", path, { path: { source: "crm" } });
// @ts-expect-error: a name is a text
await client.call("put", path, { path: here, body: { name: 1 } });
// @ts-expect-error: there is no such parameter
await client.call("get", "/v1/accounts", { query: { colour: "red" } });
const account = await client.call("get", path, { path: here });
// @ts-expect-error: it may be null
const industry: string = account.industry;
// @ts-expect-error: it never is null
const nothing: null = account.name;
// @ts-expect-error: it has no such field
account.colour;
export type Same = Answered<paths["/v1/me"]["get"]> extends Schemas["Me"] ? true : never;
export const same: Same = true;
export { industry, nothing };
"""
WRONG_PYTHON = """
from kap_client.models import Account


def wrong(account: Account) -> str:
    name: None = account.name
    return account.industry or name
"""


@pytest.fixture(scope="module")
def served(settings, database_url):
    app = create_app(settings, database_url)
    with Served(app) as made:
        yield made.url, made.run(lambda: a_tenant(app.state.doorkeeper.database)).key


def as_it_should_be(told):
    """What came of it: the account is there, has a score and health; what was not sent is null; nobody is not found."""
    assert told["name"] == "Acme"
    assert told["industry"] is None
    assert told["since"] == "2020-01-02"
    assert told["percentile"] is None
    assert told["health_of"] == told["account"]
    assert told["refused"] == [404, "account_not_found"]
    return True


def test_a_client_in_python(served, tmp_path):
    environment = tools("python")
    (tmp_path / "options.yaml").write_text("post_hooks: []\n")
    run(
        environment / "bin" / "openapi-python-client", "generate", "--path", part(USED, tmp_path), "--meta", "none",
        "--output-path", "kap_client", "--config", "options.yaml", "--fail-on-warning", folder=tmp_path,
    )  # fmt: skip
    shutil.copy(HERE / "plugin.py.txt", tmp_path / "plugin.py")
    (tmp_path / "wrong.py").write_text(WRONG_PYTHON)
    mypy = (
        ROOT / ".venv" / "bin" / "mypy", "--strict", "--config-file=", "--python-executable",
        environment / "bin" / "python", "--cache-dir", TOOLS / "mypy",
    )  # fmt: skip

    run(*mypy, "kap_client", "plugin.py", folder=tmp_path)
    with pytest.raises(AssertionError, match='expression has type "str", variable has type "None"'):
        run(*mypy, "wrong.py", folder=tmp_path)
    assert as_it_should_be(json.loads(run(environment / "bin" / "python", "plugin.py", *served, folder=tmp_path)))


def test_a_client_in_typescript(served, tmp_path):
    programs = tools("typescript") / "node_modules" / ".bin"
    run(programs / "openapi-typescript", part(USED, tmp_path), "--output", "api.d.ts", folder=tmp_path)
    for each in EXAMPLES.glob("*.ts"):
        shutil.copy(each, tmp_path)
    (tmp_path / "wrong.ts").write_text(WRONG)
    (tmp_path / "package.json").write_text('{"type": "module"}')

    run(programs / "tsc", *STRICT, *TARGET, "score_account.ts", "wrong.ts", folder=tmp_path)
    assert as_it_should_be(json.loads(run("node", "score_account.js", *served, folder=tmp_path)))
