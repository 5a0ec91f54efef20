"""The handbook's table, the example rules and the dashboard speak of the metrics that there are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from venom_portal.metrics.scrape import METRICS

DOCS = Path(__file__).resolve().parents[2] / "docs"
RULES = DOCS / "prometheus" / "alerts.yml"
DASHBOARD = DOCS / "grafana" / "venom-portal.json"
_NAMES = {metric.name for metric in METRICS}
_LABELS = {metric.name: set(metric.labels) for metric in METRICS}


def _used(expression: str) -> set[str]:
    return set(re.findall(r"\bvenom_\w+", expression))


def _rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def _panels() -> list[dict[str, Any]]:
    return json.loads(DASHBOARD.read_text())["panels"]


def _expressions() -> list[str]:
    targets = [target["expr"] for panel in _panels() for target in panel.get("targets", [])]
    return [*targets, *(rule["expr"] for rule in _rules())]


def test_metrics__have_names_and_meanings_of_one_form() -> None:
    assert len(_NAMES) == len(METRICS)
    for metric in METRICS:
        assert re.fullmatch(r"venom_[a-z_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.meaning.endswith(".")


def test_table__is_that_of_the_code() -> None:
    rows = [line for line in (DOCS / "metrics.md").read_text().splitlines() if line.startswith("| `venom_")]

    assert rows == [
        f"| `{metric.name}` | {metric.kind} | {', '.join(f'`{label}`' for label in metric.labels)} | {metric.meaning} |"
        for metric in METRICS
    ]


def test_rules__can_be_read() -> None:
    rules = _rules()

    assert len(rules) > 5
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert set(rule["annotations"]) == {"summary", "description"}


def test_rules_and_dashboard__name_metrics_that_there_are() -> None:
    for expression in _expressions():
        assert _used(expression) <= _NAMES, expression
        assert expression.count("(") == expression.count(")")


def test_rules_and_dashboard__select_by_labels_that_there_are() -> None:
    selected = [
        (name, label)
        for expression in _expressions()
        for name, matchers in re.findall(r"\b(venom_\w+)\{([^}]*)\}", expression)
        for label in re.findall(r"(\w+)(?:=~|!~|!=|=)", matchers)
    ]

    assert selected
    assert not [(name, label) for name, label in selected if label not in _LABELS[name] | {"instance", "job"}]


def test_counters__are_read_by_their_growth() -> None:
    for metric in METRICS:
        for expression in _expressions():
            if metric.kind == "counter" and metric.name in _used(expression):
                assert re.search(rf"(rate|increase)\({metric.name}\b", expression), expression


def test_dashboard__shows_every_metric() -> None:
    shown = {name for panel in _panels() for target in panel.get("targets", []) for name in _used(target["expr"])}

    assert shown == _NAMES


def test_dashboard__has_panels_that_grafana_can_place() -> None:
    panels = _panels()
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        assert panel["type"] in ("row", "timeseries", "stat", "table")
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert max(x for x, _y in cells) < 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_dashboard__takes_its_data_source_from_the_reader() -> None:
    variables = {item["name"]: item for item in json.loads(DASHBOARD.read_text())["templating"]["list"]}
    assert (variables["datasource"]["type"], variables["datasource"]["query"]) == ("datasource", "prometheus")
    for panel in _panels():
        for part in [*panel.get("targets", []), *([panel] if panel["type"] != "row" else [])]:
            assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


@pytest.mark.parametrize("path", [RULES, DASHBOARD])
def test_examples__hold_no_address(path: Path) -> None:
    assert "http" not in path.read_text()
