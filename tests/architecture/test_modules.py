"""The shape of the codebase, kept by tests rather than by memory."""

import re
import tomllib
from pathlib import Path

import grimp
import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LAYERS = next(c for c in CONTRACTS if c["name"].startswith("Modules"))["layers"]
HEIGHT = {
    module.strip().removeprefix("apps."): height
    for height, modules in enumerate(reversed(LAYERS))
    for module in modules.split("|")
}
KERNEL = {"core", "schools", "accounts", "people", "classes"}
CROSSINGS = {  # file → how often it crosses schools; each call says why
    "apps/accounts/selectors.py": 1,
    "apps/accounts/services/access.py": 2,
    "apps/core/events.py": 2,
    "apps/core/retention.py": 1,
    "apps/notifications/tasks.py": 2,
    "apps/reports/services/printing.py": 1,
}


def sources(pattern: str = "apps/**/*.py") -> list[Path]:
    return [path for path in sorted(ROOT.glob(pattern)) if "/migrations/" not in str(path)]


def named(part: str) -> list[Path]:
    """The file of that name in each module, or those of the package it has become."""
    return sources(f"apps/*/{part}*.py") + sources(f"apps/*/{part}/*.py")


def test_a_closed_module_is_entered_by_its_front_door():
    graph = grimp.build_graph("apps")
    trespasses = {
        f"{importer} -> {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if importer.split(".")[1:2] != imported.split(".")[1:2]
        and imported.split(".")[1] not in KERNEL
        and imported.split(".")[2:3] not in (["api"], ["events"])
    }
    assert trespasses == set()
    assert len(graph.modules) > 60


def foreign_keys_between_modules() -> list:
    ours = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
    fields = [field for model in ours for field in model._meta.concrete_fields if field.related_model]
    return [
        field
        for field in fields
        if app_of(field.related_model) != app_of(field.model) and field.name != "school"  # every row's own
    ]


def app_of(model) -> str:
    return model._meta.app_label


@pytest.mark.parametrize("field", foreign_keys_between_modules(), ids=str)
def test_a_foreign_key_points_down_and_leaves_no_trace(field):
    assert HEIGHT[app_of(field.related_model)] < HEIGHT[app_of(field.model)]
    assert field.remote_field.hidden, "related_name='+': a lower model must not grow an accessor"


@pytest.mark.parametrize("path", named("views") + named("forms"), ids=str)
def test_the_web_takes_its_rows_from_permissions_and_selectors(path):
    assert ".objects" not in path.read_text()


@pytest.mark.parametrize("path", named("models") + named("services"), ids=str)
def test_models_and_services_know_no_request(path):
    text = path.read_text()
    assert "django.http" not in text
    assert "django.contrib.messages" not in text


def test_only_the_listed_places_cross_schools():
    found = {
        str(path.relative_to(ROOT)): calls
        for path in sources()
        if path.name != "tenancy.py"
        and (calls := len(re.findall(r"with all_schools\(|\ball_schools\(reason", path.read_text())))
    }
    assert {path: calls for path, calls in found.items() if calls} == CROSSINGS


def test_raw_sql_stays_where_it_is_listed():
    written = {
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(r"\.raw\(|RawSQL|\.cursor\(\)|\.extra\(", path.read_text())
    }
    assert written == RAW_SQL


RAW_SQL = {
    "apps/core/prepared.py",
    "apps/core/tenancy.py",
    "apps/core/events.py",
    "apps/core/idempotency.py",
    "apps/core/turns.py",
    "apps/core/views.py",
}


@pytest.mark.parametrize("path", sources("apps/**/*.py") + sources("educonnect/**/*.py"), ids=str)
def test_a_file_stays_short_enough_to_be_read(path):
    assert len(path.read_text().splitlines()) <= 400


def test_only_the_clock_asks_what_time_it_is():
    asking = re.compile(
        r"timezone\.now\(\)|timezone\.localdate\(\)|datetime\.now\(|date\.today\(|time\.time\("
    )
    assert {str(p.relative_to(ROOT)) for p in sources() if asking.search(p.read_text())} == {
        "apps/core/clock.py"
    }


def test_modules_say_their_job_in_one_sentence():
    for package in ROOT.glob("apps/*/__init__.py"):
        assert package.read_text().strip().startswith('"""'), package


def test_no_migration_is_missing_or_doubled():
    for folder in ROOT.glob("apps/*/migrations"):
        numbers = [path.name[:4] for path in folder.glob("0*.py")]
        assert sorted(numbers) == sorted(set(numbers)), folder
