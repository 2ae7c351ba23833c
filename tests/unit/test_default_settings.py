"""What services do when nothing is set."""

from importlib import import_module

import pytest

from askmesh.cli.layout import SERVICES
from askmesh.ingestion.settings import Settings as IngestionSettings
from askmesh.retrieval.settings import Settings as RetrievalSettings


def test_ingestion_writes_the_documents_that_retrieval_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASKMESH_HOME", "/data")
    monkeypatch.delenv("INGESTION_DOCUMENTS", raising=False)
    monkeypatch.delenv("RETRIEVAL_DOCUMENTS", raising=False)
    address = IngestionSettings().documents_address
    assert address == RetrievalSettings().documents_address == "sqlite:/data/documents.sqlite"


@pytest.mark.parametrize("service", SERVICES)
def test_services_behind_the_gateway_take_certified_callers_only(service: str) -> None:
    settings = import_module(f"askmesh.{service}.settings").Settings
    files = {f"tls_{name}_file": "a.pem" for name in ("authority", "certificate", "key")}
    is_edge = service in {"gateway", "ingestion"}
    assert settings.model_validate(files).callers_are_certified is not is_edge
    for callers in ("anybody", "certified"):
        chosen = settings.model_validate(files | {"tls_callers": callers})
        assert chosen.callers_are_certified is (callers == "certified")
