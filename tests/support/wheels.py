"""Wheels of this repository, built without a subprocess."""

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder


def built_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel of the project in `source` into `folder`, and return its path."""
    (built,) = WheelBuilder(str(source)).build(directory=str(folder), versions=["standard"])
    return Path(built)
