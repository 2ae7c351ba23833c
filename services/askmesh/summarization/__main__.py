"""Run summarization: python -m askmesh.summarization."""

import sys

from askmesh.config import load
from askmesh.serving import run
from askmesh.summarization.settings import Settings
from askmesh.summarization.wiring import summarization_service

if __name__ == "__main__":
    settings = load(Settings)
    sys.exit(
        run(lambda: summarization_service(settings), exit_with_parent=settings.exit_with_parent)
    )
