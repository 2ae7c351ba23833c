"""Claims: figures with their goals, in the files of `benchmarks/results`.

A script that measures something calls `publish` at its end; nobody edits such a file by hand.
`python -m benchmarks.claims` (or `make claims`) prints all claims as one table.
"""

import json
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.circumstances import circumstances, commits_since

RESULTS = Path(__file__).parent / "results"

_GOAL = re.compile(r"(<=|>=|<|>|=) (-?\d*\.?\d+)")
_COMPARISONS = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_COLUMNS = ("claim", "value", "goal", "holds", "baseline", "file", "commit", "commits since")
_WIDTH_OF_A_FILE = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure, and what it should be: a goal such as `<= 2.5`, or none.

    The name is unique in its file and says all that a reader needs: what was measured of what, in
    which unit. `baseline` says in words what the figure compares with.
    """

    claim: str
    value: float
    goal: str | None = None
    baseline: str = ""

    def __post_init__(self) -> None:
        if self.goal is not None and not _GOAL.fullmatch(self.goal):
            raise ValueError(f"a goal looks like '>= 0.85', not like {self.goal!r}")

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        parsed = self.goal and _GOAL.fullmatch(self.goal)
        return _COMPARISONS[parsed[1]](self.value, float(parsed[2])) if parsed else None


def publish(
    output: Path | None,
    *,
    benchmark: str,
    settings: Mapping[str, object],
    results: object,
    claims: Sequence[Claim] = (),
) -> None:
    """Print what was measured, with machine, commit and load, and write it to `output` if given.

    `benchmark` is the script's name; `results` is whatever it measured.
    """
    if len({claim.claim for claim in claims}) < len(claims):
        raise ValueError("two claims of one file have the same name")
    report = {
        "benchmark": benchmark,
        **circumstances(),
        "settings": settings,
        "claims": [_as_json(claim) for claim in claims],
        "results": results,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    print(text)
    if output:
        output.write_text(f"{text}\n", encoding="utf-8")


def _as_json(claim: Claim) -> dict[str, object]:
    return {
        "claim": claim.claim,
        "value": claim.value,
        "goal": claim.goal,
        "holds": claim.holds,
        "baseline": claim.baseline,
    }


def read_claims(path: Path) -> list[Claim]:
    """Return the claims of a file of results."""
    claims: list[dict[str, Any]] = json.loads(path.read_bytes()).get("claims", [])
    return [Claim(c["claim"], c["value"], c["goal"], c["baseline"]) for c in claims]


def table_of_claims(folder: Path) -> Table:
    """Return one row for each claim of the folder's files."""
    table = Table(*_COLUMNS)
    for path in sorted(folder.glob("*.json")):
        report = json.loads(path.read_bytes())
        since = commits_since(report["commit"], report.get("commit_time", ""))
        for claim in read_claims(path):
            told = _told(claim)
            table.add_row(*told, path.name, report["commit"][:8], since)
    return table


def _told(claim: Claim) -> tuple[str, str, str, str, str]:
    holds = {None: "", True: "yes", False: "NO"}[claim.holds]
    return claim.claim, f"{claim.value:g}", claim.goal or "", holds, claim.baseline


def main() -> None:
    """Print the table."""
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    console.print(table_of_claims(RESULTS))
    claims = [claim for path in RESULTS.glob("*.json") for claim in read_claims(path)]
    failed = sum(claim.holds is False for claim in claims)
    console.print(f"{len(claims)} claims, {failed} do not hold")


if __name__ == "__main__":
    main()
