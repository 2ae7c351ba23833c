"""Run ingestion: python -m askmesh.ingestion."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from askmesh.config import load
from askmesh.ingestion.settings import Settings
from askmesh.ingestion.wiring import ingestion_service
from askmesh.serving import run

# Where processes share a machine, answering questions comes first.
NICENESS = 15


def yield_to_others() -> None:
    """Take what processes that answer leave of the processors; readers inherit it."""
    os.nice(NICENESS)
    # Desktops share the processors among sessions first; `askmesh up` gives each process its own.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


if __name__ == "__main__":
    settings = load(Settings)
    yield_to_others()
    sys.exit(run(lambda: ingestion_service(settings), exit_with_parent=settings.exit_with_parent))
