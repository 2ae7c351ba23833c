"""When each alert fires, as Prometheus itself evaluates the rules that the chart ships."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from helm.monitoring.alerts import alerts

from support.alert_cases import AlertCase, cases
from support.go_programs import PROMETHEUS, if_built
from support.helm import CHART

RULES = CHART / "monitoring" / "rules.yaml"


@pytest.fixture(scope="module")
def promtool() -> Path:
    with if_built("promtool"):
        return PROMETHEUS.folder() / "promtool"


def run(promtool: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [promtool, *arguments], capture_output=True, text=True, check=False, timeout=100
    )


def tried(promtool: Path, folder: Path, chosen: Sequence[AlertCase]) -> str:
    """Return what promtool finds wrong in some cases, of which all have the same step."""
    path = folder / "cases.yaml"
    told = {
        "rule_files": [str(RULES)],
        "evaluation_interval": f"{chosen[0].step}m",
        "group_eval_order": ["askmesh-objectives", "askmesh-alerts"],
        "tests": [each.as_test() for each in chosen],
    }
    path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    done = run(promtool, "test", "rules", str(path))
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("alert", [alert.name for alert in alerts()])
def test_an_alert_fires_when_users_are_hurt_and_not_otherwise(
    promtool: Path, tmp_path: Path, alert: str
) -> None:
    chosen = [case for case in cases() if case.alert == alert]
    assert {case.fires_for is None for case in chosen} == {True, False}
    assert tried(promtool, tmp_path, chosen) == ""


def test_prometheus_finds_nothing_wrong_with_the_rules(promtool: Path) -> None:
    done = run(promtool, "check", "rules", "--lint=all", "--lint-fatal", str(RULES))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_case_that_expects_the_opposite_is_told(promtool: Path, tmp_path: Path) -> None:
    silent = next(case for case in cases() if case.fires_for is None)
    opposite = AlertCase(
        silent.what, silent.alert, silent.series, silent.minute, {"namespace": "n"}
    )
    assert silent.alert in tried(promtool, tmp_path, [opposite])
