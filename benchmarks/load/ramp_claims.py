"""What is to be said of a mesh that was asked far more than it can answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.claims import Claim

from askmesh.load import AskedQuestion, End, Summary


@dataclass(frozen=True, slots=True)
class Stretch:
    """The questions of one step: how many times the capacity, and what became of them."""

    factor: float
    summary: Summary
    whole_in_time: int
    """Whole answers that ended while the step lasted."""
    alone: Summary
    """Of the questions of those who do not ask again: a wait to ask again is none of the mesh."""

    def goodput(self, capacity: float) -> float:
        """Return whole answers over those that the mesh can give in the time.

        It can give none to what nobody asks: at random fewer may come than the rate says.
        """
        possible = min(self.summary.asked, capacity * self.summary.seconds / 60)
        return self.whole_in_time / possible if possible else 1.0


@dataclass(frozen=True, slots=True)
class Ramp:
    """All steps, the rest before and after them, and how many calls that took."""

    unloaded: Summary
    stretches: Sequence[Stretch]
    normal_after: float
    calls_per_question: float
    extra_attempts_per_question: float
    asked: Sequence[AskedQuestion]


def claims_of(found: Ramp, capacity: float) -> list[Claim]:
    """Return what is to be said of the mesh as it is."""
    steps = found.stretches
    unloaded = found.unloaded.first_text_p99_ms or 0.0
    late = max((step.alone.first_text_p99_ms or 0.0) for step in steps)
    refused = max((step.alone.refusal_p99_ms or 0.0) for step in steps)
    span = "at 1 to 10 times the capacity and back, worst step"
    return [
        Claim("capacity, whole answers a minute", round(capacity)),
        Claim(
            f"whole answers over the capacity, {span}",
            round(min(step.goodput(capacity) for step in steps), 3),
            ">= 0.95",
            "the capacity was measured before in the same run; where fewer questions came than "
            "that, they count; answers are quotes",
        ),
        Claim(
            f"answers that go without something, share of the admitted, {span}",
            _worst(steps, End.DEGRADED),
            "<= 0.05",
            f"of all {len(found.asked)} questions: {degradations(found.asked)}",
        ),
        Claim(f"errors, share of the admitted, {span}", _worst(steps, End.FAILED), "< 0.01"),
        Claim(
            f"p99 of the first text of the admitted over that of an unloaded mesh, {span}",
            round(late / unloaded, 2) if unloaded else 0.0,
            "<= 2",
            f"{unloaded:.0f} ms of {found.unloaded.asked} questions one after the other, in the "
            "same run; of those who do not ask again: others count from when they asked first",
        ),
        Claim(
            f"p99 of refusals in ms, {span}",
            refused,
            "<= 10",
            "as a client sees them that does not ask again",
        ),
        Claim(
            "seconds until everything is as before, after the ramp",
            round(found.normal_after, 2),
            "<= 2",
        ),
        Claim("calls of clients per question", round(found.calls_per_question, 3), "<= 1.1"),
        Claim(
            "attempts of the gateway beyond the first, per question",
            round(found.extra_attempts_per_question, 3),
            "<= 0.1",
        ),
    ]


def claims_without(found: Ramp, capacity: float) -> list[Claim]:
    """Return what is to be said of a mesh that refuses nobody."""
    worst = min(step.goodput(capacity) for step in found.stretches)
    late = max((step.summary.first_text_p99_ms or 0.0) for step in found.stretches)
    return [
        Claim(
            "whole answers over the capacity, worst step, where nobody is refused", round(worst, 3)
        ),
        Claim("p99 of the first text in ms, worst step, where nobody is refused", late),
    ]


def degradations(asked: Sequence[AskedQuestion]) -> str:
    """Return how many answers went without what, the most first."""
    degraded = (each for each in asked if each.end is End.DEGRADED)
    counts = Counter(reason for each in degraded for reason in each.reasons)
    return ", ".join(f"{count} {reason}" for reason, count in counts.most_common()) or "none"


def _worst(steps: Sequence[Stretch], end: End) -> float:
    return round(max(step.summary.share_of_admitted(end) for step in steps), 4)
