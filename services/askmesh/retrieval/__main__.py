"""Run the retrieval service: python -m askmesh.retrieval."""

import sys

from askmesh.config import load
from askmesh.retrieval.settings import Settings
from askmesh.retrieval.wiring import retrieval_service
from askmesh.serving import run

if __name__ == "__main__":
    settings = load(Settings)
    sys.exit(run(lambda: retrieval_service(settings), exit_with_parent=settings.exit_with_parent))
