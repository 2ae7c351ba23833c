"""Run query understanding: python -m askmesh.query_understanding."""

import sys

from askmesh.config import load
from askmesh.query_understanding.settings import Settings
from askmesh.query_understanding.wiring import query_understanding_service
from askmesh.serving import run

if __name__ == "__main__":
    settings = load(Settings)
    sys.exit(
        run(
            lambda: query_understanding_service(settings),
            exit_with_parent=settings.exit_with_parent,
        )
    )
