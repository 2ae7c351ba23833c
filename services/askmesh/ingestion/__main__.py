"""Run ingestion: python -m askmesh.ingestion."""

from askmesh.ingestion.settings import Settings
from askmesh.ingestion.wiring import ingestion_service
from askmesh.resilience import yield_process, yield_session
from askmesh.serving import main

# Where processes share a machine, answering questions comes first.
NICENESS = 15

if __name__ == "__main__":
    yield_process(NICENESS)
    yield_session(NICENESS)
    main(Settings, ingestion_service)
