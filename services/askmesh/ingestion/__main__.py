"""Run ingestion: python -m askmesh.ingestion."""

import os
from contextlib import suppress
from pathlib import Path

from askmesh.ingestion.settings import Settings
from askmesh.ingestion.wiring import ingestion_service
from askmesh.serving import main

# Where processes share a machine, answering questions comes first.
NICENESS = 15


def yield_to_others() -> None:
    """Take what processes that answer leave of the processors; readers inherit it."""
    os.nice(NICENESS)
    # Desktops share the processors among sessions first; `askmesh up` gives each process its own.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


if __name__ == "__main__":
    yield_to_others()
    main(Settings, ingestion_service)
