"""How many small defects the tests notice: mutmut changes the code, one place at a time.

    python -m benchmarks.mutants [--only GROUP ...] [--sample COUNT] [--seed N] [--output FILE]

`benchmarks/mutants.toml` says what is changed, in groups of modules with the tests that should
notice. A sample of the mutants, drawn with a fixed seed, keeps the time bounded, and so does it
that each mutant meets no more than 160 tests of its function: half of them those that reach the
fewest others, half drawn evenly from the rest. A mutant that none of them notices, or reaches,
counts as one that nobody noticed.

mutmut works on copies in `.mutants`, one for each group, where the three source roots are one and
properties are tried with few examples. A run that was stopped goes on where it was, as long as
code and tests stay the same.
"""

import argparse
import hashlib
import json
import random
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks.claims import Claim, publish

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".mutants"
SOURCE_ROOTS = ("protos", "libs", "services")
TESTS_PER_FUNCTION = 160
UNNOTICED = {0: "survived", 2: "interrupted", 5: "no tests", 33: "no tests", 34: "skipped"}
"""What mutmut's exit codes of tests say that noticed nothing."""
_FEWER_EXAMPLES = """
from hypothesis import settings

settings.register_profile("few", max_examples=20, deadline=None)
settings.load_profile("few")
"""


@dataclass(frozen=True, slots=True)
class Group:
    """What is changed, and by which tests it should be noticed."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where mutmut works on it."""
        return WORK / self.name

    def files(self, patterns: Iterable[str]) -> list[str]:
        """Return the files that match. Raise `FileNotFoundError` for a pattern without any."""
        found: list[str] = []
        for pattern in patterns:
            files = sorted(str(path.relative_to(self.folder)) for path in self.folder.glob(pattern))
            if not files:
                raise FileNotFoundError(f"{pattern} matches nothing: correct mutants.toml")
            found += files
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """The groups, and how many of their mutants are tried."""

    groups: tuple[Group, ...]
    sample: int
    seed: int
    goal: str


def read_plan(path: Path) -> Plan:
    """Return the plan of a file."""
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    groups = tuple(
        Group(name, tuple(group["modules"]), tuple(group["tests"]))
        for name, group in fields.pop("groups").items()
    )
    return Plan(groups, **fields)


def prepare(group: Group) -> None:
    """Make the copy that mutmut works on, and its mutants, unless they are there."""
    state, stamp = _state(group), group.folder / "state"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return
    shutil.rmtree(group.folder, ignore_errors=True)
    for root in SOURCE_ROOTS:
        shutil.copytree(ROOT / root / "askmesh", group.folder / "src/askmesh", dirs_exist_ok=True)
    shutil.copytree(ROOT / "tests", group.folder / "tests")
    with (group.folder / "tests/conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(_FEWER_EXAMPLES)
    (group.folder / "pyproject.toml").write_text(_configuration(group), encoding="utf-8")
    _mutmut(group, "none.at.all")  # makes them, runs the tests once, then finds none to try
    _keep_some_tests(group)
    stamp.write_text(state, encoding="utf-8")


def _state(group: Group) -> str:
    """Return what changes with the code, the tests of the group and its lists."""
    digest = hashlib.sha256(repr((group, TESTS_PER_FUNCTION)).encode())
    patterns = [f"{root}/**/*.py" for root in SOURCE_ROOTS]
    for pattern in (*patterns, "tests/support/**/*.py", "tests/**/conftest.py", *group.tests):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _configuration(group: Group) -> str:
    tables: Mapping[str, Mapping[str, object]] = {
        "tool.pytest": {
            "addopts": ["--import-mode=importlib", "-p", "no:cacheprovider"],
            "pythonpath": ["tests"],
            "anyio_mode": "auto",
        },
        "tool.mutmut": {
            "source_paths": ["src"],
            "only_mutate": group.files(f"src/{pattern}" for pattern in group.modules),
            "pytest_add_cli_args_test_selection": group.files(group.tests),
            "process_isolation": "forkserver",
        },
    }
    lines: list[str] = []
    for name, fields in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    return "\n".join(lines) + "\n"


def _mutmut(group: Group, *names: str) -> None:
    """Try the mutants of these names; mutmut shows how far it is."""
    program = Path(sys.executable).parent / "mutmut"
    subprocess.run([program, "run", *names], cwd=group.folder, check=False)


def _keep_some_tests(group: Group) -> None:
    """Leave, of the tests that reach a function, those that are tried."""
    file = group.folder / "mutants/mutmut-stats.json"
    if not file.exists():
        raise RuntimeError(f"The tests of {group.name} fail without any mutant: see above")
    stats = json.loads(file.read_bytes())
    tests_of: dict[str, list[str]] = stats["tests_by_mangled_function_name"]
    reached = Counter(test for tests in tests_of.values() for test in tests)
    for tests in tests_of.values():
        tests.sort(key=lambda test: (reached[test], test))
        tests[:] = chosen(tests)
    file.write_text(json.dumps(stats), encoding="utf-8")


def chosen(tests: Sequence[str]) -> list[str]:
    """Return the first of many tests, and as many that are drawn evenly from the rest."""
    half = TESTS_PER_FUNCTION // 2
    rest = tests[half:]
    return [*tests[:half], *rest[:: max(1, ceil(len(rest) / half))]]


def mutants(group: Group) -> dict[str, int | None]:
    """Return the exit codes of all mutants, None for those not tried yet."""
    codes: dict[str, int | None] = {}
    for file in sorted((group.folder / "mutants").rglob("*.meta")):
        codes |= json.loads(file.read_bytes())["exit_code_by_key"]
    return codes


def tried(group: Group, names: Iterable[str]) -> dict[str, int]:
    """Run the tests on those of these mutants that were not tried; return the codes of all."""
    mine = sorted(mutants(group).keys() & set(names))
    codes = mutants(group)
    if left := [name for name in mine if codes[name] is None]:
        print(f"{group.name}: {len(left)} of {len(mine)} mutants to try", flush=True)
        _mutmut(group, *left)
        codes = mutants(group)
    found = {name: code for name in mine if (code := codes[name]) is not None}
    if len(found) < len(mine):
        raise RuntimeError(f"mutmut did not try all mutants of {group.name}: see above")
    return found


def by_module(codes: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return how many were tried and noticed, for each module."""
    totals, noticed = Counter[str](), Counter[str]()
    for name, code in codes.items():
        module = name.rpartition(".")[0]
        totals[module] += 1
        noticed[module] += code not in UNNOTICED
    return {
        module: {"tried": totals[module], "noticed": noticed[module]} for module in sorted(totals)
    }


def unnoticed(codes: Mapping[str, int]) -> Iterator[str]:
    """Yield the mutants that no test noticed; `mutmut show NAME` in their folder shows one."""
    return (f"{name}: {UNNOTICED[code]}" for name, code in codes.items() if code in UNNOTICED)


def measure(plan: Plan, groups: Sequence[Group], arguments: argparse.Namespace) -> None:
    """Try the sample and publish the score."""
    for group in groups:
        prepare(group)
    everything = sorted(name for group in groups for name in mutants(group))
    count = min(arguments.sample or plan.sample, len(everything))
    seed = plan.seed if arguments.seed is None else arguments.seed
    sample = random.Random(seed).sample(everything, count)
    codes: dict[str, int] = {}
    for group in groups:
        codes |= tried(group, sample)
    score = sum(code not in UNNOTICED for code in codes.values()) / len(codes)
    publish(
        arguments.output,
        benchmark="mutants",
        settings={
            "groups": [group.name for group in groups],
            "mutants": len(everything),
            "sample": count,
            "seed": seed,
            "tests of a function": TESTS_PER_FUNCTION,
        },
        results={"modules": by_module(codes), "unnoticed": list(unnoticed(codes))},
        claims=[
            Claim(
                "share of small defects that the tests notice", round(score, 4), plan.goal, "mutmut"
            )
        ],
    )


def main() -> None:
    """Read the arguments, and measure."""
    plan = read_plan(ROOT / "benchmarks/mutants.toml")
    names = [group.name for group in plan.groups]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="groups")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, help="draws another sample")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    measure(plan, [group for group in plan.groups if group.name in arguments.only], arguments)


if __name__ == "__main__":
    main()
