"""Dashboards and alerts: they ask for what the mesh exports, and the chart ships them whole."""

import json

import pytest
from helm.monitoring.__main__ import files
from helm.monitoring.alerts import Alert, alerts, recording_rules
from helm.monitoring.dashboards import ALL
from helm.monitoring.grafana import Dashboard
from helm.monitoring.triton_dashboard import TRITON
from prometheus_client import CollectorRegistry

from askmesh.telemetry import ServiceMetrics
from support.asked_series import asked
from support.helm import CHART
from support.manifests import Manifest, Rendering
from support.server_cache import ROOT

# What Prometheus adds to every series, or makes by itself.
ADDED_LABELS = {"job", "instance", "namespace", "le"}
MADE_BY_PROMETHEUS = {"up"}
OF_ALL_PROCESSES = {
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "process_open_fds",
}


def exported() -> dict[str, set[str]]:
    """Return the labels of each series that a service can export."""
    registry = CollectorRegistry()
    metrics = ServiceMetrics(registry)
    metrics.calls_of("service", "Method").observe("OK", 1)
    metrics.observe_stage("fusion", 1)
    metrics.observe_first_token(1)
    metrics.count_tokens("prompt", 1, tenant="t", model="m")
    metrics.count_cost(1, tenant="t", model="m")
    metrics.count_failure("QUESTION_EMPTY")
    metrics.observe_last_token(1)
    metrics.observe_between_tokens(1)
    metrics.observe_wait("generation", 1)
    metrics.observe_loop_lag(1)
    metrics.set_active_answers_limit(1)
    metrics.set_room("answers", places=1, in_use=1, waiting=0)
    metrics.count_refusal("answers", "full")
    metrics.set_audit_works(works=True)
    metrics.set_index_checked(1)
    metrics.count_cancellation()
    metrics.count_degradation("reason")
    metrics.count_answer("answered", degraded=False)
    metrics.count_abstention("nothing_near")
    metrics.count_cache_lookup("answer", "hit")
    metrics.set_active_answers(1)
    metrics.set_indexed_revision(1)
    metrics.set_upstream("retrieval", "closed")
    metrics.count_extra_attempt("retrieval", "hedge")
    metrics.count_extra_attempt("retrieval", "hedge_won")
    return {
        sample.name: set(sample.labels)
        for family in registry.collect()
        for sample in family.samples
    }


def shown(*pages: Dashboard) -> list[str]:
    """Return all expressions of some dashboards."""
    return [
        query.expression for page in pages for panel in page.panels() for query in panel.queries
    ]


OWN_PAGES = [page for page in ALL if page is not TRITON]
OWN_ALERTS = [alert for alert in alerts() if "nv_inference" not in alert.expression]
RECORDED = {str(rule["record"]): {"namespace"} for rule in recording_rules()}
EXPRESSIONS = {
    *shown(*OWN_PAGES),
    *(str(rule["expr"]) for rule in recording_rules()),
    *(alert.expression for alert in OWN_ALERTS),
}


@pytest.mark.parametrize("expression", sorted(EXPRESSIONS))
def test_what_dashboards_and_alerts_ask_for_is_exported_with_the_labels_that_they_use(
    expression: str,
) -> None:
    known = exported() | RECORDED
    for name, labels in asked(expression):
        if name not in MADE_BY_PROMETHEUS | OF_ALL_PROCESSES:
            assert labels - ADDED_LABELS <= known[name]


def test_an_expression_with_a_wrong_name_or_label_would_be_found() -> None:
    ((name, labels),) = asked('sum by (method) (rate(askmesh_tokens_total{kind="prompt"}[5m]))')
    assert name in exported()
    assert labels - exported()[name] == {"method"}


def test_every_metric_of_the_mesh_but_those_of_one_pod_is_shown_somewhere() -> None:
    names = {name for expression in EXPRESSIONS for name, _ in asked(expression)}
    parts = ("_created", "_bucket", "_sum", "_count")
    families = {name for name in exported() if not name.endswith(parts)}
    assert families <= names


def test_the_committed_files_are_what_their_source_says() -> None:
    for name, text in files().items():
        assert (CHART / "monitoring" / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("alert", [*alerts()], ids=lambda alert: str(alert.name))
def test_every_alert_has_a_place_in_the_runbook(alert: Alert) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert f"\n### {alert.name}\n" in page


def test_alerts_use_no_share_that_nobody_records() -> None:
    for alert in alerts():
        for name, _ in asked(alert.expression):
            assert ":" not in name or name in RECORDED


def test_the_chart_ships_dashboards_whole(production: Rendering) -> None:
    maps = [each for each in production.of_kind("ConfigMap") if _is_dashboard(each)]
    found = {
        page["uid"]
        for each in maps
        for text in each["data"].values()
        for page in [json.loads(text)]
    }
    assert found == {f"askmesh-{page.name}" for page in ALL}


def test_the_chart_ships_alerts_with_the_address_of_the_runbook(production: Rendering) -> None:
    (rule,) = production.of_kind("PrometheusRule")
    assert rule["metadata"]["labels"]["release"] == "prometheus"
    _, shipped = rule["spec"]["groups"]
    for alert, own in zip(shipped["rules"], alerts(), strict=True):
        assert alert["expr"] == own.expression
        address = "https://wiki.example.com/askmesh/operations#"
        assert alert["annotations"]["runbook_url"] == address + own.name.lower()


def test_the_chart_ships_the_configurations_of_collectors_and_tempo_whole(
    production: Rendering,
) -> None:
    (shipped,) = (
        each for each in production.of_kind("ConfigMap") if "sampler.yaml" in each["data"]
    )
    folder = CHART / "monitoring" / "traces"
    assert shipped["data"] == {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()
    }


def test_nothing_of_it_is_rendered_unless_asked_for(defaults: Rendering) -> None:
    assert not defaults.of_kind("PrometheusRule")
    assert not [each for each in defaults.of_kind("ConfigMap") if _is_dashboard(each)]
    assert not [each for each in defaults.of_kind("ConfigMap") if "agent.yaml" in each["data"]]


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.name))
def test_panels_of_a_dashboard_do_not_overlap(page: Dashboard) -> None:
    taken: set[tuple[int, int]] = set()
    for place in _places(page):
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def _places(page: Dashboard) -> list[dict[str, int]]:
    panels: list[dict[str, dict[str, int]]] = json.loads(json.dumps(page.as_json()))["panels"]
    return [panel["gridPos"] for panel in panels]


def _is_dashboard(manifest: Manifest) -> bool:
    labels: dict[str, str] = manifest["metadata"]["labels"]
    return labels.get("grafana_dashboard") == "1"
