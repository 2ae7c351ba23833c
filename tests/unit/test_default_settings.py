"""What services do when nothing is set."""

import pytest

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
