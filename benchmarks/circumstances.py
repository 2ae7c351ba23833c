"""Where and of what something was measured."""

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def circumstances() -> Mapping[str, object]:
    """Return the time, the machine, how busy it is, and the commit that is checked out.

    `uncommitted_changes` tells that the figures are of code that the commit does not have.
    """
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
        },
        "load": round(os.getloadavg()[0], 1),
        "commit": _git("rev-parse", "HEAD"),
        "commit_time": _git("log", "-1", "--format=%aI"),
        "uncommitted_changes": bool(
            _git("status", "--porcelain", "--untracked-files=no", ":!benchmarks/results")
        ),
    }


def commits_since(commit: str, commit_time: str) -> str:
    """Return how many commits came after this one, or `unknown`.

    A commit that was rebased has another name but the same author's time.
    """
    log = [line.split() for line in _git("log", "--format=%H %aI").splitlines()]
    places = [at for at, names in enumerate(log) if commit in names]
    places += [at for at, names in enumerate(log) if commit_time in names]
    return str(places[0]) if places else "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _git(*arguments: str) -> str:
    run = subprocess.run(
        ["git", *arguments], capture_output=True, text=True, check=False, cwd=_ROOT
    )
    return run.stdout.strip()
