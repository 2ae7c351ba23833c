"""Run ingestion: python -m askmesh.ingestion."""

import sys

from askmesh.config import load
from askmesh.ingestion.settings import Settings
from askmesh.ingestion.wiring import ingestion_service
from askmesh.rpc import run

if __name__ == "__main__":
    settings = load(Settings)
    sys.exit(run(lambda: ingestion_service(settings)))
