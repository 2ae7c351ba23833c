"""`make gate`: fail if a hot path works more than before, or grows faster than its input."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.gate.baselines import BASELINES, PYTHON, read, write
from benchmarks.gate.case import Act, Case
from benchmarks.gate.cases import CASES
from benchmarks.gate.comparing import GROWTH, Works, slower, steep
from benchmarks.gate.counting import stacks_of, work_of
from benchmarks.gate.drawing import draw


def main() -> None:
    """Count, then compare with what is accepted, or accept. Exit with 1 if something fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="Write what is counted now.")
    parser.add_argument("--baselines", type=Path, default=BASELINES)
    parser.add_argument("--flames", type=Path, help="A folder for flame graphs of the difference.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"All of {list(CASES)}.")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.cases if name not in CASES]:
        parser.error(f"no hot path is called {unknown[0]!r}, but these are: {'; '.join(CASES)}")
    if sys.flags.hash_randomization:
        raise SystemExit("Counts may depend on the order of sets: set PYTHONHASHSEED=0")
    chosen = {name: CASES[name] for name in arguments.cases or CASES}
    large = {name: counted(case, case.size * GROWTH) for name, case in chosen.items()}
    if arguments.accept:
        write(arguments.baselines, large)
        return
    if arguments.flames:
        drawn(arguments.flames, arguments.baselines, chosen)
    faults = [*growing(chosen, large), *changed(arguments.baselines, large)]
    print("\n".join(faults) or f"{len(chosen)} hot paths work as before")
    raise SystemExit(bool(faults))


def drawn(folder: Path, baselines: Path, cases: Mapping[str, Case]) -> None:
    """Draw who works more than was accepted, a file for each case."""
    _, accepted = read(baselines)
    for name, case in cases.items():
        print(
            draw(
                folder, name, stacks_of(prepared(case, case.size * GROWTH)), accepted.get(name, {})
            )
        )


def counted(case: Case, size: int) -> Works:
    """Return the work of one call."""
    return work_of(prepared(case, size))


def prepared(case: Case, size: int) -> Act:
    """Return the act of a case, after one with a large other input: caches are warm."""
    case.prepare(case.size * GROWTH, 1)()
    return case.prepare(size, 2)


def growing(cases: Mapping[str, Case], large: Mapping[str, Works]) -> Iterator[str]:
    """Yield what grows faster than its input."""
    for name, case in cases.items():
        yield from map(str, steep(name, counted(case, case.size), large[name]))


def changed(baselines: Path, now: Mapping[str, Works]) -> Sequence[str]:
    """Return what works more than was accepted, and how to accept that."""
    python, accepted = read(baselines)
    if python != PYTHON:
        print(f"What is accepted is of Python {python}, so growth alone is looked at", flush=True)
        return []
    missing = [f"{name}: is not accepted yet" for name in now if name not in accepted]
    slow = [
        str(fault)
        for name, works in now.items()
        if name in accepted
        for fault in slower(name, accepted[name], works)
    ]
    told = [*missing, *slow]
    return [*told, "If this has to be so: make gate-accept"] if told else []


if __name__ == "__main__":
    main()
