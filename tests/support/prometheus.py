"""A real Prometheus that scrapes a mesh, with the rules that the chart ships."""

import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import yaml

from support.go_programs import PROMETHEUS
from support.ports import free_port
from support.starting import wait_for_page

_START_SECONDS = 100.0


@dataclass(frozen=True, slots=True)
class RunningPrometheus:
    """Answers queries about what it has scraped."""

    url: str

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Return the series that an expression gives now."""
        found: list[dict[str, Any]] = self._get("query", query=expression)["result"]
        return found

    def rules(self) -> list[dict[str, Any]]:
        """Return all rules, each with its health and its last error."""
        groups: list[dict[str, Any]] = self._get("rules")["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def series(self) -> dict[str, set[str]]:
        """Return the labels of the series that it has, by the name of the metric."""
        labels: dict[str, set[str]] = {}
        for each in self._get("series", **{"match[]": '{__name__=~".+"}'}):
            labels.setdefault(each["__name__"], set()).update(each)
        return labels

    def _get(self, what: str, **parameters: str) -> Any:  # noqa: ANN401 - JSON
        query = urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{what}?{query}", timeout=60) as reply:
                return json.load(reply)["data"]
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from error


@contextmanager
def running_prometheus(
    folder: Path, rules: Path, targets: Mapping[str, str]
) -> Generator[RunningPrometheus]:
    """Scrape `targets`, which are addresses by job, every second, until the block ends."""
    port = free_port()
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(_configuration(rules, targets)), encoding="utf-8")
    process = subprocess.Popen(
        [
            PROMETHEUS.folder() / "prometheus",
            f"--config.file={path}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--enable-feature=exemplar-storage",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_page(f"http://127.0.0.1:{port}/-/ready", process, seconds=_START_SECONDS)
        yield RunningPrometheus(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


def _configuration(rules: Path, targets: Mapping[str, str]) -> dict[str, object]:
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules)],
        "scrape_configs": [
            {
                "job_name": job,
                "static_configs": [{"targets": [address], "labels": {"namespace": "mesh"}}],
            }
            for job, address in targets.items()
        ],
    }
