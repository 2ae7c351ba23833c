"""Which language model is asked first: by what is asked for, room, price, health and queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.inference import Purpose
from askmesh.summarization.question import Wanted, take_apart
from askmesh.summarization.values import SummaryRequest

_PURPOSES: dict[Wanted, Purpose] = {
    Wanted.YES_NO: "yes_no",
    Wanted.STEPS: "steps",
    Wanted.LIST: "list",
    Wanted.ABOUT: "summary",
}
_BYTES_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Need:
    """What a question takes: `tokens` is what must be read at least, as an estimate."""

    purpose: Purpose
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCandidate:
    """One language model at the moment of a question.

    `room` is how many tokens of evidence it can read, `cost` what such an answer costs. `works`
    says that it has not just failed, `is_free` that it could begin at once.
    """

    purposes: frozenset[Purpose] = frozenset()
    room: int
    cost: float = 0.0
    works: bool = True
    is_free: bool = True


def need_of(request: SummaryRequest) -> Need:
    """Return what a request needs of a language model."""
    best = len(request.sources[0].whole_text.encode()) if request.sources else 0
    return Need(_purpose_of(request), -(-best // _BYTES_PER_TOKEN))


def fittest(need: Need, candidates: Sequence[ModelCandidate]) -> list[int]:
    """Return the numbers of the candidates, those that fit the need best first.

    Models that are named for the need come first, cheapest first, then those that are named for
    nothing, then the others; else as they stand. Whose context does not hold what must be read
    comes last.
    """

    def order(number: int) -> tuple[bool, int, float, int]:
        each = candidates[number]
        is_named = need.purpose in each.purposes
        rank = 0 if is_named else 1 if not each.purposes else 2
        return each.room < need.tokens, rank, each.cost if is_named else 0.0, number

    return sorted(range(len(candidates)), key=order)


def readiest(order: Sequence[int], candidates: Sequence[ModelCandidate]) -> list[int]:
    """Return `order` with models that could not begin now after the others, failed ones last."""

    def readiness(number: int) -> tuple[bool, bool]:
        return not candidates[number].works, not candidates[number].is_free

    return sorted(order, key=readiness)


def _purpose_of(request: SummaryRequest) -> Purpose:
    if request.wants_table:
        return "table"
    if len(request.sub_questions) > 1:
        return "comparison"
    return _PURPOSES.get(take_apart(request.question).wanted, "fact")
