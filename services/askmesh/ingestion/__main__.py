"""Run ingestion: python -m askmesh.ingestion."""

import os
import sys

from askmesh.config import load
from askmesh.ingestion.settings import Settings
from askmesh.ingestion.wiring import ingestion_service
from askmesh.serving import run

# Where processes share a machine, answering questions comes first.
NICENESS = 10

if __name__ == "__main__":
    settings = load(Settings)
    os.nice(NICENESS)
    sys.exit(run(lambda: ingestion_service(settings), exit_with_parent=settings.exit_with_parent))
