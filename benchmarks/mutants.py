"""How many small defects the tests notice: mutmut changes the code, one place at a time.

    python -m benchmarks.mutants [--only PATTERN] [--sample COUNT] [--seed N] [--output FILE]

`benchmarks/mutants.toml` says what is changed and which tests should notice. A sample of the
mutants, drawn with a fixed seed, keeps the time bounded. A mutant that no test reaches counts as
one that nobody noticed. mutmut works on a copy in `.mutants`, where the three source roots are one
and properties are tried with few examples.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from benchmarks.claims import Claim, publish

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".mutants"
SOURCE_ROOTS = ("protos", "libs", "services")
NOTICED = frozenset({"killed", "timeout", "suspicious", "segfault", "caught by type check"})
_FEWER_EXAMPLES = """
from hypothesis import settings

settings.register_profile("few", max_examples=20, deadline=None)
settings.load_profile("few")
"""
_RESULT = re.compile(r"^ +(\S+): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is changed, by which tests it should be noticed, and how many mutants are tried."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...]
    sample: int
    seed: int
    goal: str


def read_plan(path: Path) -> Plan:
    """Return the plan of a file."""
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    for name in ("modules", "tests", "without"):
        fields[name] = tuple(fields[name])
    return Plan(**fields)


def prepare(plan: Plan) -> None:
    """Make the copy that mutmut works on."""
    shutil.rmtree(WORK, ignore_errors=True)
    for root in SOURCE_ROOTS:
        shutil.copytree(ROOT / root / "askmesh", WORK / "src/askmesh", dirs_exist_ok=True)
    shutil.copytree(ROOT / "tests", WORK / "tests")
    with (WORK / "tests/conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(_FEWER_EXAMPLES)
    (WORK / "pyproject.toml").write_text(_configuration(plan), encoding="utf-8")


def _configuration(plan: Plan) -> str:
    tables: Mapping[str, Mapping[str, object]] = {
        "tool.pytest": {
            "addopts": ["--import-mode=importlib", "-p", "no:cacheprovider"],
            "pythonpath": ["tests"],
            "anyio_mode": "auto",
        },
        "tool.mutmut": {
            "source_paths": ["src"],
            "only_mutate": _files([f"src/{pattern}" for pattern in plan.modules]),
            "pytest_add_cli_args": [f"--deselect={test}" for test in plan.without],
            "pytest_add_cli_args_test_selection": _files(plan.tests),
            "process_isolation": "forkserver",
        },
    }
    lines: list[str] = []
    for name, fields in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    return "\n".join(lines) + "\n"


def _files(patterns: Iterable[str]) -> list[str]:
    """Return the files that match. Raise `FileNotFoundError` for a pattern that matches none."""
    found: list[str] = []
    for pattern in patterns:
        files = sorted(str(path.relative_to(WORK)) for path in WORK.glob(pattern))
        if not files:
            raise FileNotFoundError(f"{pattern} matches nothing: correct benchmarks/mutants.toml")
        found += files
    return found


def mutants() -> list[str]:
    """Make all mutants and return their names."""
    said = _mutmut("run", "none.at.all")  # makes them, runs the tests once, then finds none to try
    if "failed to collect stats" in said:
        raise RuntimeError(f"The tests fail without any mutant: {said[-5000:]}")
    files = sorted((WORK / "mutants").rglob("*.meta"))
    return [name for file in files for name in json.loads(file.read_bytes())["exit_code_by_key"]]


def tried(names: Sequence[str]) -> dict[str, str]:
    """Run the tests on these mutants and return what became of each."""
    run = _mutmut("run", *names)
    all_results: Iterable[tuple[str, str]] = _RESULT.findall(_mutmut("results", "--all", "true"))
    found = {name: status for name, status in all_results if status != "not checked"}
    if found.keys() < set(names):
        raise RuntimeError(f"mutmut did not try all mutants; it said: {run[-2000:]}")
    return {name: found[name] for name in names}


def _mutmut(*arguments: str) -> str:
    run = subprocess.run(
        [str(Path(sys.executable).parent / "mutmut"), *arguments],
        cwd=WORK,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


def by_module(results: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return how many were tried and noticed, for each module."""
    totals, noticed = Counter[str](), Counter[str]()
    for name, status in results.items():
        module = name.rpartition(".")[0]
        totals[module] += 1
        noticed[module] += status in NOTICED
    return {
        module: {"tried": totals[module], "noticed": noticed[module]} for module in sorted(totals)
    }


def unnoticed(results: Mapping[str, str]) -> Iterator[str]:
    """Yield the mutants that no test noticed; `mutmut show NAME` in `.mutants` shows one."""
    return (f"{name}: {status}" for name, status in results.items() if status not in NOTICED)


def measure(arguments: argparse.Namespace) -> None:
    """Try the sample and publish the score."""
    plan = read_plan(ROOT / "benchmarks/mutants.toml")
    prepare(plan)
    everything = [name for name in mutants() if fnmatch(name, arguments.only)]
    count = min(arguments.sample or plan.sample, len(everything))
    seed = plan.seed if arguments.seed is None else arguments.seed
    results = tried(sorted(random.Random(seed).sample(everything, count)))
    score = sum(status in NOTICED for status in results.values()) / len(results)
    publish(
        arguments.output,
        benchmark="mutants",
        settings={
            "only": arguments.only,
            "mutants": len(everything),
            "sample": count,
            "seed": seed,
        },
        results={
            "modules": by_module(results),
            "statuses": Counter(results.values()),
            "unnoticed": list(unnoticed(results)),
        },
        claims=[
            Claim(
                "share of small defects that the tests notice", round(score, 4), plan.goal, "mutmut"
            )
        ],
    )


def main() -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*", help="mutants by name, such as askmesh.text.*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, help="draws another sample")
    parser.add_argument("--output", type=Path)
    measure(parser.parse_args())


if __name__ == "__main__":
    main()
