"""The alert rules and the dashboard name what the service shows, and the runbook knows each alert."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import asyncpg
import pytest
import yaml  # type: ignore[import-untyped]  # it has no stubs here

from app.crm.client.reach import CALLS_COUNTED
from app.crm.queries.figures import FIGURES as CRM
from app.crm.service.intake import EVENTS_COUNTED
from app.events.queries.figures import FIGURES as EVENTS
from app.events.service.sending import ATTEMPTS_COUNTED
from app.infra import backup_role
from app.infra.figures import QUEUE
from app.infra.job_queue import JOBS_COUNTED
from app.infra.telemetry import Metrics
from app.worker import run_worker
from tests.jobs import ground
from tests.jobs.ground import owner
from tests.test_docs import anchors

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
# Where Debian puts it, or the set-up of the tests.
PROMTOOL = shutil.which("promtool") or shutil.which("promtool", path=Path(sys.executable).parent)
GRAFANA = Path(sys.prefix) / "grafana" / "node_modules"
COMPILER = GRAFANA / ".bin" / "tsc"
TYPES = GRAFANA / "@grafana" / "schema" / "dist" / "types" / "raw" / "dashboard" / "x" / "types.gen"
RUNBOOK = ROOT / "docs" / "runbook.md"
ALERTS = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "key-account-program.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [rule["expr"] for rule in ALERTS] + [target["expr"] for panel in PANELS for target in panel["targets"]]
# Prometheus' own.
OF_PROMETHEUS = {"up"}
WORDS = {
    "absent", "and", "by", "histogram_quantile", "increase", "max", "min", "offset", "or", "rate", "sum", "time",
    "topk", "vector",
}  # fmt: skip
PARTS = {"_bucket", "_count", "_sum"}


@pytest.fixture
def url():
    return ground.fresh_database()


def named(expression):
    """(metric, labels) that a PromQL expression reads; labels are those that it chooses by."""
    plain = re.sub(r"\b(?:by|without)\s*\([^)]*\)", "", expression)
    for name, chosen in re.findall(r"\b([a-z_][a-z0-9_]*)\b(?!\s*\()(\{[^}]*\})?", _without_texts(plain)):
        if name not in WORDS:
            yield name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", chosen))


def _without_texts(expression):
    """Without what stands in quotes and between brackets: no names there are metrics'."""
    plain = re.sub(r'"[^"]*"', '""', expression)
    return re.sub(r"\[\w+\]|offset \w+", "", plain)


def grouped_by(expression):
    return {label.strip() for labels in re.findall(r"\bby\s*\(([^)]*)\)", expression) for label in labels.split(",")}


async def shown(url, app):
    """The metrics that an API process and a worker show, by name, with their labels."""
    metrics, stop = Metrics(), asyncio.Event()
    working = asyncio.create_task(run_worker(url, app.state.crm_reach.settings, stop, metrics=metrics))
    await ground.until(lambda: read_by(metrics))
    stop.set()
    await working
    return metrics.registry, app.state.metrics.registry


async def read_by(metrics):
    return b"figures_readable 1.0" in await metrics.scraped()


def names_of(registry):
    for family in registry.collect():
        if family.type == "counter":
            yield f"{family.name}_total"
        elif family.type == "histogram":
            yield from (family.name + part for part in PARTS)
        else:
            yield family.name


async def test_every_metric_that_a_rule_or_a_panel_reads_is_shown(url, app):
    known = {name for registry in await shown(url, app) for name in names_of(registry)} | OF_PROMETHEUS
    read = {name for expression in EXPRESSIONS for name, _ in named(expression)}

    assert len(read) > 20
    assert sorted(read - known) == []


def test_every_label_that_a_rule_or_a_panel_knows_is_one():
    told = {"job", "instance", "le", *_labels_in_code()}
    used = {label for each in EXPRESSIONS for _, chosen in named(each) for label in chosen}
    used |= {label for each in EXPRESSIONS for label in grouped_by(each)}

    assert sorted(used - told) == []


def _labels_in_code():
    for figure in (*QUEUE, *CRM, *EVENTS):
        yield from figure.labels
    for _, _, labels in (CALLS_COUNTED, EVENTS_COUNTED, ATTEMPTS_COUNTED, JOBS_COUNTED):
        yield from labels
    yield from ("method", "route", "status", "pool")


def test_every_alert_has_an_entry_in_the_runbook_and_none_is_left_over():
    names = [rule["alert"] for rule in ALERTS]
    entries = re.findall(r"^## (Kap\w+)$", RUNBOOK.read_text(), re.MULTILINE)

    assert entries == names
    assert max(Counter(names).values()) == 1
    for rule in ALERTS:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
        page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (page, anchor) == ("docs/runbook.md", rule["alert"].lower())
        assert anchor in anchors(RUNBOOK)


@pytest.mark.parametrize("word", ["**Means**", "**Noticed**", "**Look**", "**Do**", "**Over**"])
def test_every_entry_says(word):
    entries = re.split(r"^## Kap", RUNBOOK.read_text(), flags=re.MULTILINE)[1:]

    assert [entry.split()[0] for entry in entries if word not in " ".join(entry.split())] == []


async def test_every_look_into_the_database_that_the_runbook_advises_works_as_the_role_for_backups(url):
    asked = re.findall(r'^    psql "\$READ_URL" -c "(.+)"$', RUNBOOK.read_text(), re.MULTILINE)
    await backup_role.ensure(url, "kap_backup")
    async with owner(url) as everything:
        await everything.execute("SET ROLE kap_backup")
        for statement in asked:
            await everything.fetch(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await everything.execute("UPDATE jobs SET status = 'failed'")

    assert len(asked) > 12


def test_the_dashboard_has_what_grafana_wants():
    ids = [panel["id"] for panel in DASHBOARD["panels"]]

    assert DASHBOARD["schemaVersion"] >= 36
    assert DASHBOARD["uid"]
    assert len(set(ids)) == len(ids)
    assert [one["name"] for one in DASHBOARD["templating"]["list"] if one["type"] == "datasource"] == ["datasource"]
    for panel in PANELS:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24


@pytest.mark.skipif(not COMPILER.exists(), reason="Grafana's types and their compiler, of npm, are not there")
def test_grafana_itself_has_a_type_for_all_of_the_dashboard(tmp_path):
    """Its own declarations, and a compiler: a name that it lacks or a value of another type is found."""

    def compiled(board):
        told = tmp_path / "board.ts"
        told.write_text(f"import type {{ Dashboard }} from '{TYPES}';\nexport const board: Dashboard = {board};\n")
        how = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler"]
        done = subprocess.run([COMPILER, *how, told], capture_output=True, text=True, timeout=100, check=False)
        return done.stdout

    assert compiled(json.dumps(DASHBOARD)) == ""

    assert "'number' is not assignable to type 'string'" in compiled(json.dumps({**DASHBOARD, "title": 7}))
    assert "'\"titel\"' does not exist in type 'Dashboard'" in compiled(json.dumps({**DASHBOARD, "titel": "Accounts"}))


@pytest.mark.skipif(PROMTOOL is None, reason="promtool, of the Debian package prometheus, is not there")
@pytest.mark.parametrize(
    "told", ["check config prometheus.yml", "check rules alerts.yml", "test rules alerts.test.yml"]
)
def test_prometheus_takes_the_files_and_each_alert_fires_when_it_should(told):
    done = subprocess.run(
        [str(PROMTOOL), *told.split()], cwd=PROMETHEUS, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_tried():
    tried = yaml.safe_load((PROMETHEUS / "alerts.test.yml").read_text())["tests"]

    assert [one["name"] for one in tried] == [rule["alert"] for rule in ALERTS]
