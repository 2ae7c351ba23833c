"""How a mesh did, as figures."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from askmesh.load._asked import AskedQuestion, End


@dataclass(frozen=True, slots=True)
class Second:
    """What was asked in one second, and how it ended; `whole_answers` ended in that second."""

    second: int
    asked: int
    ends: Mapping[End, int]
    whole_answers: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Questions of a time span together; times are in milliseconds, None where there are none.

    First texts are those of answers. `whole_per_minute` counts what was asked in the span.
    """

    seconds: float
    asked: int
    ends: Mapping[End, int]
    reasons: Mapping[str, int]
    whole_per_minute: float
    first_text_p50_ms: float | None
    first_text_p99_ms: float | None
    answer_p99_ms: float | None
    refusal_p99_ms: float | None
    asked_late_p99_ms: float | None

    def share(self, end: End) -> float:
        """Return the share of questions with this end."""
        return self.ends[end] / self.asked if self.asked else 0.0

    @property
    def admitted(self) -> int:
        """How many questions the mesh took on."""
        return self.asked - self.ends[End.REFUSED]

    def share_of_admitted(self, end: End) -> float:
        """Return the share of those that the mesh took on that have this end."""
        return self.ends[end] / self.admitted if self.admitted else 0.0


def summarised(asked: Sequence[AskedQuestion], seconds: float) -> Summary:
    """Return the figures of what was asked in a span of so many seconds."""
    ends = _counted(asked)
    answered = [each for each in asked if each.end in {End.WHOLE, End.DEGRADED}]
    refused = [each for each in asked if each.end is End.REFUSED]
    texts = [each.first_text for each in answered if each.first_text is not None]
    return Summary(
        seconds=seconds,
        asked=len(asked),
        ends=ends,
        reasons=dict(Counter(reason for each in asked for reason in each.reasons)),
        whole_per_minute=60 * ends[End.WHOLE] / seconds,
        first_text_p50_ms=_milliseconds(texts, 0.5),
        first_text_p99_ms=_milliseconds(texts, 0.99),
        answer_p99_ms=_milliseconds([each.seconds for each in answered], 0.99),
        refusal_p99_ms=_milliseconds([each.seconds for each in refused], 0.99),
        asked_late_p99_ms=_milliseconds([each.asked_late for each in asked], 0.99),
    )


def by_second(asked: Iterable[AskedQuestion]) -> list[Second]:
    """Return each second from the start to the last end, those without a question, too."""
    asked = list(asked)
    begun = _grouped(asked, lambda each: int(each.intended))
    ended = _grouped(
        (each for each in asked if each.end is End.WHOLE), lambda each: int(each.ended)
    )
    last = max((*begun, *ended), default=-1)
    return [
        Second(second, len(each), _counted(each), len(ended.get(second, ())))
        for second in range(last + 1)
        for each in [begun.get(second, [])]
    ]


def _counted(asked: Iterable[AskedQuestion]) -> Mapping[End, int]:
    counts = Counter(each.end for each in asked)
    return {end: counts[end] for end in End}


def _grouped(
    asked: Iterable[AskedQuestion], key: Callable[[AskedQuestion], int]
) -> dict[int, list[AskedQuestion]]:
    groups: dict[int, list[AskedQuestion]] = {}
    for each in asked:
        groups.setdefault(key(each), []).append(each)
    return groups


def _milliseconds(seconds: Iterable[float], share: float) -> float | None:
    """Return the least value that this share of all does not exceed."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    return round(ordered[max(0, ceil(len(ordered) * share) - 1)] * 1000, 1)
