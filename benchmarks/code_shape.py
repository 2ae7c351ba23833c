"""The shape of the code of libs and services: its lines, its names, and the way of an event.

    python -m benchmarks.code_shape [--before COMMIT] [--output FILE]

Generated code does not count. `--before` names the commit whose lines are the baseline.
"""

import argparse
import asyncio
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.claims import Claim, publish
from benchmarks.code_names import ROOT, SAME_NAME_ALLOWED, SOURCE_ROOTS, modules, repeated_names
from benchmarks.event_path import files_of_a_citation, files_that_read_it

LONGEST_MODULE = 200
SHORT_FILE = 40


def lines(paths: Sequence[Path]) -> dict[str, int]:
    """Return how many lines each file has."""
    return {str(path.relative_to(ROOT)): path.read_bytes().count(b"\n") for path in paths}


def lines_at(commit: str) -> int:
    """Return how many lines libs and services had at a commit."""
    names = _git("ls-tree", "-r", "--name-only", commit, *SOURCE_ROOTS).splitlines()
    mine = [name for name in names if name.endswith(".py") and "_pb2" not in name]
    return sum(_git("show", f"{commit}:{name}").count("\n") for name in mine)


def new_since(commit: str) -> set[str]:
    """Return the files that git follows to none of a commit, neither as they are nor renamed."""
    changes = _git(
        "diff", "--name-status", "--find-renames", "--find-copies-harder", commit, *SOURCE_ROOTS
    )
    return {line.removeprefix("A\t") for line in changes.splitlines() if line.startswith("A\t")}


def by_package(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the lines of each package, the longest first."""
    totals = Counter[str]()
    for name, count in counts.items():
        totals["/".join(Path(name).parts[:3])] += count
    return dict(totals.most_common())


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def claims_of_growth(
    counts: Mapping[str, int], new: Mapping[str, int], before: tuple[str, int]
) -> list[Claim]:
    """Return what is claimed of the lines, and of where they came from."""
    commit, then = before
    everything, added = sum(counts.values()), sum(new.values())
    return [
        Claim(
            "lines of libs and services",
            everything,
            f"<= {then}",
            f"{then} at {commit}, with less behaviour",
        ),
        Claim(
            "lines of libs and services in files that are new since",
            added,
            None,
            f"in {len(new)} files that git follows to none of {commit}; code that was rewritten "
            "since, or parted from a file that stayed, is among them",
        ),
        Claim(
            "lines of libs and services in files that were there then",
            everything - added,
            f"<= {then}",
            f"{then} at {commit}; what these files do since is among them",
        ),
    ]


def claims_of_shape(
    counts: Mapping[str, int], passed: Sequence[str], read: Sequence[str]
) -> list[Claim]:
    """Return what is claimed of modules, names and ways."""
    long = sum(count > LONGEST_MODULE for count in counts.values())
    short = sum(count < SHORT_FILE for count in counts.values())
    return [
        Claim(
            "public names of classes and types that are defined twice",
            len(repeated_names(modules())),
            "= 0",
            f"Allowed are {' and '.join(SAME_NAME_ALLOWED)}",
        ),
        Claim(f"modules of more than {LONGEST_MODULE} lines", long, "= 0"),
        Claim(f"files of less than {SHORT_FILE} lines", short, None, f"of {len(counts)}"),
        Claim(
            "files that read or write a citation on its way to a reader's program",
            len(read),
            "<= 6",
            "from where it is made to where it is a value of the client",
        ),
        Claim(
            "files that a citation passes on its way, those that hand it on included",
            len(passed),
            None,
            "those whose running functions held it, seen in one answer",
        ),
    ]


def main() -> None:
    """Measure and write the claims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", default="v0.1", help="a commit")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    counts = lines(modules())
    passed = asyncio.run(files_of_a_citation())
    read = files_that_read_it(passed)
    commit = arguments.before
    files = new_since(commit)
    new = {name: count for name, count in counts.items() if name in files}
    publish(
        arguments.output,
        benchmark="code_shape",
        settings={"before": commit},
        results={
            "lines in files that are new since": by_package(new),
            "passed by a citation": passed,
            "reading or writing it": read,
            "modules of more than 200 lines": {
                name: count for name, count in counts.items() if count > LONGEST_MODULE
            },
        },
        claims=claims_of_growth(counts, new, (commit, lines_at(commit)))
        + claims_of_shape(counts, passed, read),
    )


if __name__ == "__main__":
    main()
