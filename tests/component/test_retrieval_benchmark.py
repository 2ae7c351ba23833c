"""The benchmark of retrieval runs at any size, and reports what so many times can tell."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_few_passages_are_enough_and_p99_needs_a_hundred_times() -> None:
    run = benchmark("--passages", "30", "--queries", "100")
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)["results"]
    assert result["askmesh"].keys() == {"count", "p50_ms", "p99_ms"}
    assert result["update_of_one_document"]["count"] <= 2
    assert "p99_ms" not in result["update_of_one_document"]


def test_no_passages_are_refused() -> None:
    run = benchmark("--passages", "0")
    assert run.returncode == 2
    assert "must be at least 1" in run.stderr


def benchmark(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.micro.bench_retrieval", *options]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
    )
