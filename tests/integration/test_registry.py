"""Finding workflows and registering their versions."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps

from tests.sample_flows import flows as sample
from workflows import registry
from workflows.authoring import FlowError, step, workflow
from workflows.models import Definition, Plan

pytestmark = pytest.mark.django_db


@step
def noop(value: int = 0) -> int:
    return value


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An empty ``flows`` module in place of the sample package's."""
    module = ModuleType("tests.sample_flows.flows")
    module.__spec__ = sample.__spec__
    monkeypatch.setitem(sys.modules, "tests.sample_flows.flows", module)
    return module


def test_sync__registers_flows_of_all_apps() -> None:
    names = {definition.name for definition in registry.sync()}
    assert {"fetch-and-store", "chain-of-ten", "document-ingest", "fire-drill"} <= names


def test_sync__gives_the_same_content_the_same_version() -> None:
    first = {definition.name: definition.pk for definition in registry.sync()}
    second = {definition.name: definition.pk for definition in registry.sync()}
    assert first == second
    assert not Definition.objects.exclude(version=1).exists()


def test_sync__makes_a_version_of_new_content_and_finds_the_old_one_again(shipped: ModuleType) -> None:
    def flow(count: int = 1) -> None:
        noop(count)

    def changed(count: int = 1) -> None:
        noop(count)
        noop(count)

    versions = []
    for function in (flow, changed, flow):
        shipped.flow = workflow(title="t", name="evolving")(function)  # type: ignore[attr-defined]
        registry.sync()
        versions.append(Definition.objects.get(name="evolving", is_current=True).version)
    # The source's name is part of the content, so the third is the first again.
    assert versions == [1, 2, 1]
    assert Plan.objects.filter(definitions__name="evolving").distinct().count() == 2


def test_sync__retires_what_is_no_longer_shipped(shipped: ModuleType) -> None:
    shipped.flow = workflow(title="t", name="leaving")(lambda: noop(1))  # type: ignore[attr-defined]
    registry.sync()
    del shipped.flow  # type: ignore[attr-defined]
    registry.sync()
    gone = Definition.objects.get(name="leaving")
    assert gone.is_current is False
    assert gone.history.count() == 2  # type: ignore[attr-defined]


def test_two_workflows_of_one_name__are_refused(shipped: ModuleType) -> None:
    shipped.flow = workflow(title="t", name="fire-drill")(lambda: noop(1))  # type: ignore[attr-defined]
    with pytest.raises(FlowError, match="another workflow has this name"):
        registry.sync()


def test_bad_workflow__registers_nothing(shipped: ModuleType) -> None:
    shipped.good = workflow(title="t", name="good")(lambda: noop(1))  # type: ignore[attr-defined]
    shipped.bad = workflow(title="t", name="bad")(lambda: noop("x"))  # type: ignore[attr-defined]
    with pytest.raises(FlowError, match="does not fit"):
        registry.sync()
    assert not Definition.objects.filter(name="good").exists()


def test_step_that_workers_cannot_find__is_refused(shipped: ModuleType) -> None:
    @step
    def hidden() -> None: ...

    shipped.flow = workflow(title="t", name="hiding")(lambda: hidden())  # type: ignore[attr-defined]
    with pytest.raises(FlowError, match="workers cannot find its code") as error:
        registry.sync()
    assert "top level of a module" in error.value.remedy


def test_flows_that_cannot_be_imported__name_the_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "broken_flows_app"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "flows.py").write_text("import does_not_exist\n")
    monkeypatch.syspath_prepend(tmp_path)
    config = type("Config", (), {"name": "broken_flows_app"})()
    monkeypatch.setattr(apps, "get_app_configs", lambda: [config])
    with pytest.raises(FlowError, match=r"cannot be imported.*does_not_exist"):
        registry.discover()
