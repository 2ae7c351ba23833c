"""Run reranking: python -m askmesh.reranking."""

import sys

from askmesh.config import load
from askmesh.reranking.settings import Settings
from askmesh.reranking.wiring import reranking_service
from askmesh.serving import run

if __name__ == "__main__":
    settings = load(Settings)
    sys.exit(run(lambda: reranking_service(settings), exit_with_parent=settings.exit_with_parent))
