"""What pip-audit finds out about pinned versions, and what it cannot look up.

python -m benchmarks.vulnerabilities PIP_AUDIT constraints.txt
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

_Json = dict[str, object]

FOUND, UNREADABLE, NOTHING_CHECKED = 1, 2, 3
"""How the process ends where not all is well: versions that nobody knows are told, and no failure
as long as others could be looked up."""


_OPTIONS = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")


class UnreadableReportError(Exception):
    """What was read is no report of pip-audit."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of the versions that were looked up. Sentences and names are in order."""

    checked: int
    vulnerable: list[str] = field(default_factory=list[str])
    """A sentence about each vulnerability."""
    unchecked: list[str] = field(default_factory=list[str])
    """The names of those that the index does not know."""

    @property
    def code(self) -> int:
        """How the process ends."""
        if self.vulnerable:
            return FOUND
        return 0 if self.checked else NOTHING_CHECKED

    def lines(self) -> list[str]:
        """Return what to tell."""
        told = [*self.vulnerable]
        if self.unchecked:
            told.append(
                f"NOT CHECKED, as the index does not know them: {', '.join(self.unchecked)}"
            )
        total = self.checked + len(self.unchecked)
        told.append(f"{self.checked} of {total} checked, {len(self.vulnerable)} vulnerabilities")
        if not self.checked:
            told.append(
                "Nothing could be looked up: mirrors may not know what the public package index"
                " does. Call make sbom, and give dist/sbom.json to a scanner with data of its own."
            )
        return told


def audit_of(report: str) -> Audit:
    """Read a report in JSON. Raise `UnreadableReportError` where it is none."""
    try:
        packages = cast("dict[str, list[_Json]]", json.loads(report))["dependencies"]
        checked = [each for each in packages if "skip_reason" not in each]
        vulnerable = [line for each in checked for line in _sentences(each)]
        unchecked = sorted(str(each["name"]) for each in packages if "skip_reason" in each)
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableReportError("pip-audit wrote no report") from error
    return Audit(len(checked), vulnerable, unchecked)


def _sentences(package: _Json) -> list[str]:
    found = cast("Sequence[_Json]", package["vulns"])
    return [
        f"{package['name']} {package['version']}: {each['id']}, {_mended(each)}" for each in found
    ]


def _mended(vulnerability: _Json) -> str:
    versions = cast("Sequence[str]", vulnerability["fix_versions"])
    return f"mended in {', '.join(versions)}" if versions else "mended in no version"


def main() -> int:
    """Look the versions of a file up and print what is known; return how the process ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="pip-audit")
    parser.add_argument("requirements", help="a file with a version of each package")
    arguments = parser.parse_args()
    command = [arguments.program, "--requirement", arguments.requirements, *_OPTIONS]
    # It says that there are no vulnerabilities also where it could look up nothing.
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        audit = audit_of(ran.stdout)
    except UnreadableReportError as error:
        print(ran.stderr, error, sep="\n")
        return UNREADABLE
    print(*audit.lines(), sep="\n")
    return audit.code


if __name__ == "__main__":
    sys.exit(main())
