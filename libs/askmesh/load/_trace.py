"""Recordings of when somebody else's questions came."""

import csv
from datetime import datetime
from pathlib import Path

from askmesh.errors import StartupError

TIME_COLUMN = "TIMESTAMP"
TIMES = 2
"""So many different ones have a rate."""


def read_trace(path: Path) -> list[float]:
    """Return when requests came, in seconds after the first of the file.

    The file is a table in CSV whose column TIMESTAMP has times of ISO 8601, as those of Azure's
    traces of language models, two different ones at least. Raise `StartupError` if it is none.
    """
    try:
        times = _times(path)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    if len(set(times)) < TIMES:
        raise _unreadable(path, f"it has fewer than {TIMES}")
    return [(time - times[0]).total_seconds() for time in times]


def _times(path: Path) -> list[datetime]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [datetime.fromisoformat(row[TIME_COLUMN]) for row in csv.DictReader(lines)]


def _unreadable(path: Path, why: str) -> StartupError:
    return StartupError(
        "TRACE_UNREADABLE", f"{path} is no table with a column {TIME_COLUMN} of times: {why}"
    )
