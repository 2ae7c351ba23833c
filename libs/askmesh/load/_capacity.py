"""How many questions a minute a mesh takes while it keeps what was promised."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from askmesh.load._asked import End
from askmesh.load._summary import Summary

GROWTH = 2.0
"""How many times more are asked with each step, until the promise is broken."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What is promised: the first text within so long in 99 of 100, and so large a share whole.

    Refused and failed questions are not whole.
    """

    first_text_p99_ms: float
    whole_share: float

    def missed(self, summary: Summary) -> str:
        """Return what is not kept, in words; "" if all is."""
        if (whole := summary.share(End.WHOLE)) < self.whole_share:
            return f"{whole:.1%} whole"
        late = summary.first_text_p99_ms
        if late is not None and late > self.first_text_p99_ms:
            return f"first text p99 {late:.0f} ms"
        return ""


@dataclass(frozen=True, slots=True)
class Step:
    """One rate that was tried; `missed` is empty if the objective was kept."""

    per_minute: float
    summary: Summary
    missed: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """All rates that were tried, in their order, and the greatest that kept the objective.

    It is 0 if none did. `is_limit` says that a greater one did not.
    """

    per_minute: float
    steps: tuple[Step, ...]

    @property
    def is_limit(self) -> bool:
        """Whether something was tried that was too much."""
        return any(step.missed for step in self.steps)


async def find_capacity(
    measure: Callable[[float], Awaitable[Summary]],
    objective: Objective,
    *,
    begin: float,
    most: float,
    within: float = 1.1,
) -> Capacity:
    """Try rates (questions a minute): twice as many each time, then between kept and missed.

    It ends when the next rate that is known to be too much is less than `within` times the one
    that was kept, or when `most` was kept, or when `begin` is too much already.
    """
    steps: list[Step] = []
    kept, too_many = 0.0, 0.0
    while rate := _next_rate(kept, too_many, begin=begin, most=most, within=within):
        summary = await measure(rate)
        missed = objective.missed(summary)
        steps.append(Step(rate, summary, missed))
        if missed:
            too_many = rate
        else:
            kept = rate
    return Capacity(kept, tuple(steps))


def _next_rate(
    kept: float, too_many: float, *, begin: float, most: float, within: float
) -> float | None:
    if not kept:
        return None if too_many else min(begin, most)
    if not too_many:
        return min(kept * GROWTH, most) if kept < most else None
    middle = (kept * too_many) ** 0.5  # rates are told apart by ratios
    return middle if too_many > kept * within else None
