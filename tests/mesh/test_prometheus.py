"""What a real Prometheus makes of the mesh: its metrics, the rules and every dashboard."""

import re
import time
from collections.abc import Callable, Generator

import pytest
from helm.monitoring.alerts import recording_rules
from helm.monitoring.dashboards import ALL

from support.asked_series import asked
from support.commands import askmesh
from support.go_programs import PROMETHEUS, if_built
from support.helm import CHART
from support.mesh import RunningMesh
from support.prometheus import RunningPrometheus, running_prometheus

JOBS = (
    *("gateway", "ingestion", "query-understanding"),
    *("retrieval", "reranking", "summarization"),
)
RULES = CHART / "monitoring" / "rules.yaml"
# What a mesh that works has no series of: nothing failed, was late or was given up.
ONLY_IN_TROUBLE = {
    "askmesh_degradations_total",
    "askmesh_extra_attempts_total",
    "askmesh_hedges_won_total",
    "askmesh_room_refusals_total",
}
WAIT_SECONDS = 100.0


@pytest.fixture(scope="module")
def prometheus(
    farm: RunningMesh, tmp_path_factory: pytest.TempPathFactory
) -> Generator[RunningPrometheus]:
    with if_built("a real Prometheus"):
        PROMETHEUS.folder()
    targets = {job: _address(farm.metrics(place)) for place, job in enumerate(JOBS)}
    targets["triton"] = _address(farm.triton_metrics)
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), RULES, targets) as running:
        _until(lambda: len(running.query("up == 1")) == len(targets))
        _ask(farm, " ")
        _ask(farm, "Explain in detail how Hollin Farm keeps goats and makes cheese.")
        # A counter that begins above 0 has grown for Prometheus from its second value on only.
        _until(lambda: bool(running.query("askmesh_cost_total")))
        _ask(farm, "Explain in detail how Hollin Farm makes and sells its cheese.")
        _ask(farm, "Who won the football world cup in 1998?")
        _ask(farm, " ")
        yield running


def expressions() -> list[str]:
    """Return what dashboards ask, of the mesh's namespace."""
    return [
        query.expression.replace("$namespace", "mesh")
        for page in ALL
        for panel in page.panels()
        for query in panel.queries
    ]


def test_rules_are_evaluated_without_an_error(prometheus: RunningPrometheus) -> None:
    _until(lambda: all(rule["health"] == "ok" for rule in prometheus.rules()))
    recorded = [str(rule["record"]) for rule in recording_rules()]
    assert recorded
    _until(lambda: all(prometheus.query(name) for name in recorded))


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_what_a_dashboard_asks_gives_data(prometheus: RunningPrometheus, expression: str) -> None:
    if ONLY_IN_TROUBLE & {name for name, _ in asked(expression)} or _is_of_refusals(expression):
        assert prometheus.query(expression) is not None
        return
    _until(lambda: bool(prometheus.query(expression)))


def test_metrics_of_the_mesh_have_the_labels_that_are_asked_for(
    prometheus: RunningPrometheus,
) -> None:
    series = prometheus.series()
    for expression in expressions():
        for name, labels in asked(expression):
            if name in series:
                assert labels <= series[name] | {"le"}, expression


def _ask(farm: RunningMesh, question: str) -> None:
    askmesh("ask", "--base-port", str(farm.base_port), question)


def _is_of_refusals(expression: str) -> bool:
    return bool(re.search(r'code(!?=)"(OK|RESOURCE_EXHAUSTED)"|request_failure', expression))


def _address(url: str) -> str:
    return url.removeprefix("http://").removesuffix("/metrics")


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
