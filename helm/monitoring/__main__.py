"""Write dashboards and rules into a folder, or say whether what is there is what they are."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from helm.monitoring.alerts import rules
from helm.monitoring.dashboards import ALL

_HEAD = "# Written by `make monitoring`.\n"


def files() -> Mapping[str, str]:
    """Return the text of each file, by its name."""
    written = {
        f"dashboards/{each.name}.json": json.dumps(each.as_json(), indent=1) + "\n" for each in ALL
    }
    text = yaml.safe_dump(rules(), sort_keys=False, width=1000)
    return {**written, "rules.yaml": _HEAD + text}


def main() -> int:
    """Write the files; with `--check`, name those that differ and return 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    differing = [
        name for name, text in files().items() if not _holds(arguments.folder / name, text)
    ]
    if arguments.check:
        for name in differing:
            sys.stderr.write(f"{arguments.folder / name} is not up to date: call make monitoring\n")
        return int(bool(differing))
    for name in differing:
        path: Path = arguments.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files()[name], encoding="utf-8")
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
