"""The hot paths: what answers, searches and ingestion do again and again, on made-up inputs."""

from collections.abc import Mapping

from benchmarks.gate.answering import ANSWERING
from benchmarks.gate.case import Case
from benchmarks.gate.finding import FINDING
from benchmarks.gate.running import RUNNING

CASES: Mapping[str, Case] = dict(sorted({**ANSWERING, **FINDING, **RUNNING}.items()))
