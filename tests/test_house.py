"""What no linter knows of the house style."""

import ast
import importlib
import pkgutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import app
from app import worker, writing_back
from app.crm import jobs as crm_jobs
from app.infra import edge
from app.infra.problems import InternalError, name_of, refusals, status_of, title_of
from app.infra.settings import Settings
from app.jobs.service import JobBrokenOff
from app.main import create_app
from app.tenancy.core.scopes import SCOPES
from app.tenancy.deps import Door
from tests.operations import operations

ROOT = Path(__file__).parents[1]
OURS = {InternalError, JobBrokenOff}  # what is neither the caller's fault nor going to pass
MODULES = sorted((ROOT / "app").rglob("*.py"))


@pytest.fixture(scope="module")
def service():
    """The application, not started."""
    return create_app(Settings(), "postgresql://nowhere")


@pytest.fixture(scope="module")
def kinds_of_refusal():
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [kind for kind in refusals() if kind.__module__.startswith("app.")]


def test_a_module_says_what_it_decides_or_owns():
    for path in MODULES:
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

        assert said, f"{path} does not begin with a sentence on what it decides or owns"
        assert said[0].isupper(), path
        assert said.rstrip().endswith((".", ":", "!")), path


def test_every_kind_of_refusal_has_a_status_a_title_and_a_name_of_its_own(kinds_of_refusal):
    assert len(kinds_of_refusal) > 50
    for kind in kinds_of_refusal:
        assert status_of(kind) < 500 or status_of(kind) == 503 or kind in OURS, kind
        assert kind.__doc__, kind
        assert title_of(kind)
        assert kind.__doc__.strip().splitlines()[0].endswith("."), kind
    names = Counter(name_of(kind) for kind in kinds_of_refusal)
    assert [name for name, times in names.items() if times > 1] == []


# Deliveries of CRMs show by themselves who sent them.
WITHOUT_DOOR = {"take_delivery", "take_delivery_by_secret_path", "get_hubspot_card"}


def test_every_operation_stands_behind_the_door_and_says_what_it_needs(service):
    for operation in operations(service):
        if operation.name in WITHOUT_DOOR:
            continue
        assert isinstance(operation.route, Door), operation
        assert set(operation.needs) <= SCOPES, operation
        assert operation.route.summary or operation.route.description, operation
        assert operation.route.responses.keys() >= {401, 403, 422, 429, 503}, operation


def test_every_body_is_read_as_strict_json(service):
    assert edge.lenient_routes(service) == []


def test_operations_have_names_of_their_own(service):
    names = Counter(operation.name for operation in operations(service))
    places = Counter((operation.method, operation.path) for operation in operations(service))

    assert [name for name, times in (names + places).items() if times > 1] == []
    assert all(name.isidentifier() and name.islower() for name in names)


def test_what_is_written_can_be_read_where_its_location_points(service):
    """Whatever is made at a collection can be read by its id below it."""
    paths = {(operation.method, operation.path) for operation in operations(service)}

    for operation in operations(service):
        if operation.method == "PATCH" or (operation.method == "DELETE" and "tier-overrides" not in operation.path):
            assert ("GET", operation.path) in paths, operation


def jobs_started():
    """The kinds of jobs that the application starts anywhere."""
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"jobs.start", "jobs_service.start"}:
                yield from kinds_meant(node.args[2], importlib.import_module(name))


def kinds_meant(argument, module):
    """What a call names: a text, a constant of its module, or any entry of a mapping there."""
    match argument:
        case ast.Constant():
            return [argument.value]
        case ast.Subscript():
            return getattr(module, ast.unparse(argument.value)).values()
        case _:
            return [getattr(module, ast.unparse(argument))]


def test_every_job_that_is_started_or_due_has_somebody_to_carry_it_out():
    started = set(jobs_started())
    nowhere: Any = None  # no task is carried out

    assert started
    assert started == {*worker.HANDLERS, *crm_jobs.handlers(nowhere)}
    tasks = {**worker.tasks_of(nowhere, worker.HANDLERS), **crm_jobs.tasks(nowhere), **writing_back.tasks(nowhere)}
    assert {*worker.SCHEDULE, *crm_jobs.SCHEDULE, *writing_back.SCHEDULE} <= set(tasks)


@pytest.mark.parametrize("process", ["main", "worker"])
def test_a_process_that_merges_accounts_knows_the_tables_that_refer_to_them(process):
    assert "\nimport app.tables" in (ROOT / "app" / f"{process}.py").read_text(encoding="utf-8")
