"""What works more than it did, and what grows faster than what it works on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.gate.counting import Work

Works: TypeAlias = Mapping[str, Work]
MORE = 1.1
"""A function that works so many times as much as before has become slower."""
GROWTH = 10
"""How many times as large the large input is."""
STEEP = 15.0
"""What grows more than this with it is not linear: a sort of short keys is far below."""
_SHARE = 0.01
_NOTHING = Work()


@dataclass(frozen=True, slots=True)
class Fault:
    """A function that fails the gate, with both counts."""

    case: str
    function: str
    before: Work
    now: Work
    is_growth: bool = False

    def __str__(self) -> str:
        """Say it in a line."""
        if self.is_growth:
            return (
                f"{self.case}: {self.function} grows too fast: {self.before.whole:,} bytecodes, "
                f"but {self.now.whole:,} for an input {GROWTH} times as large"
            )
        if self.before == _NOTHING:
            return (
                f"{self.case}: {self.function} is new, with {self.now.own:,} bytecodes of its own"
            )
        return (
            f"{self.case}: {self.function} works {self.now.whole:,} bytecodes in "
            f"{self.now.calls:,} calls, before {self.before.whole:,} in {self.before.calls:,} "
            f"({self.now.whole / self.before.whole - 1:+.0%})"
        )


def slower(case: str, before: Works, now: Works) -> Iterator[Fault]:
    """Yield what has become slower, the worst first.

    A function fails for what it does with all it calls, so moving code from one to another is free.
    Named is whose own work has grown, or who is new.
    """
    floor = _SHARE * max((work.whole for work in before.values()), default=0)
    failed = {
        name
        for name, work in now.items()
        if name in before
        and work.whole >= MORE * before[name].whole
        and work.whole - before[name].whole >= floor
    }
    if failed:
        new = now.keys() - before.keys()
        named = _named(failed | new, before, now, lambda own: MORE * own, floor) or failed
        yield from _faults(case, named, before, now)


def steep(case: str, small: Works, large: Works) -> Iterator[Fault]:
    """Yield what grows faster than its input, the worst first, named as by `slower`."""
    floor = _SHARE * max((work.whole for work in large.values()), default=0)
    failed = {
        name
        for name, work in large.items()
        if name in small and work.whole > STEEP * small[name].whole and work.whole >= floor
    }
    if failed:
        named = _named(failed, small, large, lambda own: STEEP * own, floor) or failed
        yield from _faults(case, named, small, large, is_growth=True)


def _named(
    names: set[str], before: Works, now: Works, bound: Callable[[int], float], floor: float
) -> set[str]:
    found: set[str] = set()
    for name in names:
        own = before.get(name, _NOTHING).own
        if now[name].own >= bound(own) and now[name].own - own >= floor:
            found.add(name)
    return found


def _faults(
    case: str, names: set[str], before: Works, now: Works, *, is_growth: bool = False
) -> Iterator[Fault]:
    def own_growth(name: str) -> int:
        return now[name].own - before.get(name, _NOTHING).own

    for name in sorted(names, key=lambda name: (-own_growth(name), name)):
        yield Fault(case, name, before.get(name, _NOTHING), now[name], is_growth=is_growth)
