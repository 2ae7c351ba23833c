"""`askmesh up --observe`: what the mesh does is seen without anything else installed."""

import json
import time
from collections.abc import Generator
from pathlib import Path
from urllib.request import urlopen

import pytest

from askmesh.cli.layout import SERVICES
from support.commands import askmesh
from support.documents_of_a_farm import ingest_farm_documents
from support.mesh import PATIENT, RunningMesh, running_mesh

WAIT_SECONDS = 60.0
QUESTION = "How often are the goats of Hollin Farm milked?"


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningMesh]:
    home = tmp_path_factory.mktemp("home")
    audit = {"GATEWAY_AUDIT": "otlp:", "INGESTION_AUDIT": "otlp:"}
    options = ("--observe", "--triton", "127.0.0.1:9")
    with running_mesh(home, *options, environment=PATIENT | audit) as running:
        ingest_farm_documents(running.base_port, tmp_path_factory.mktemp("farm"))
        yield running


def test_an_answer_is_followed_by_the_spans_of_all_services(observed: RunningMesh) -> None:
    result = askmesh("ask", "--base-port", str(observed.base_port), "--trace", QUESTION)
    assert result.returncode == 0, result.stderr
    answer, _, spans = result.stdout.partition("trace ")
    assert "goats" in answer
    assert "parts are missing" not in spans
    for service in SERVICES:
        assert (service in spans) is (service != "ingestion")
    names = ("StreamAnswer", "> RetrievePassages", "keyword_search", "reranking_sentences")
    assert all(name in spans for name in names)


def test_its_page_shows_services_and_logs(observed: RunningMesh) -> None:
    page = f"http://127.0.0.1:{observed.base_port + 91}"
    assert page in observed.output
    with urlopen(f"{page}/api/metrics", timeout=60) as reply:
        services = json.load(reply)
    assert [each["service"] for each in services] == list(SERVICES)
    assert not [each for each in services if each["problem"]]
    until_logged(observed, "IngestDocuments")


def test_its_page_shows_what_is_recorded_for_an_audit(observed: RunningMesh) -> None:
    for action in ("answer.asked ", "document.created "):
        until_logged(observed, action, "AUDIT")


def until_logged(observed: RunningMesh, words: str, level: str = "") -> None:
    """Wait until the page shows a line with these words, a moment after what it tells of."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        with urlopen(f"http://127.0.0.1:{observed.base_port + 91}/api/logs", timeout=60) as reply:
            lines = json.load(reply)
        if any(words in line["text"] and level in line["level"] for line in lines):
            return
        assert time.monotonic() < end, "it was not logged"


def test_starting_it_prints_nothing_of_grpc(observed: RunningMesh) -> None:
    assert "fork" not in observed.output


def test_a_service_of_it_is_profiled(observed: RunningMesh, tmp_path: Path) -> None:
    file = tmp_path / "retrieval.svg"
    base_port = str(observed.base_port)
    result = askmesh(
        *("profile", "--base-port", base_port, "--seconds", "1"),
        *("retrieval", "--output", str(file)),
    )
    assert result.returncode == 0, result.stderr
    assert "MainThread" in file.read_text(encoding="utf-8")


def test_an_observer_and_a_collector_are_too_much() -> None:
    result = askmesh("up", "--observe", "--otlp-endpoint", "127.0.0.1:4317")
    assert result.returncode == 2
    assert "leave out where else to send" in result.stderr
