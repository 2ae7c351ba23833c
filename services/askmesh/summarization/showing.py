"""Which of the units that are about a question the model is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from askmesh.inference import LanguageModelProfile, TokenCounter
from askmesh.summarization.amendments import is_overtaken
from askmesh.summarization.evidence import EvidenceUnit, without_duplicates
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.selection import (
    authors_of,
    best_of_parts,
    entries_beside,
    sentences_beside,
)

_ENTRIES = 12
_STEPS = 6
_UNITS_A_PART = 3
_NEIGHBOUR_TOKENS = 60
_DOUBTFUL_UNITS = 3
_DOUBTFUL_TOKENS = 160
_TABLE_PASSAGES = 2
_TABLE_TOKENS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyLimits:
    """How much is evidence.

    Below `answer_floor`, a probability, the sources do not answer; `unscored_answer_floor` holds
    where reranking gave no scores. Below `doubt_floor` nothing is near; above it, a language model
    that decides doubts is asked whether they answer. A unit that scores less than `evidence_share`
    of the best one is
    not shown to the model, nor is more than `max_tokens`.
    """

    answer_floor: float
    unscored_answer_floor: float
    doubt_floor: float
    evidence_share: float
    max_tokens: int


class Showing:
    """Chooses for one language model."""

    def __init__(
        self,
        profile: LanguageModelProfile,
        counter: TokenCounter,
        prompts: PromptWriter,
        limits: AssemblyLimits,
    ) -> None:
        self._profile = profile
        self._counter = counter
        self._prompts = prompts
        self._limits = limits

    def best(
        self, question: Question, parts: Sequence[str], ranked: Sequence[EvidenceUnit]
    ) -> list[EvidenceUnit]:
        """Return the units that answer a question and its parts, as far as there is room."""
        if self._profile.evidence == "passages":
            return self._passages(question, ranked)
        ordered = [*best_of_parts(parts, ranked), *ranked]
        if not (parts or question.identifiers):
            best = ordered[0]
            ordered = [i for i in ordered if not is_overtaken(question, i, best)]
        most = self._profile.max_evidence
        entries = entries_beside(ordered[0], ranked)
        if question.wanted in {Wanted.LIST, Wanted.COUNT} and entries:
            ordered, most = [*entries, *ordered], _ENTRIES
        elif question.wanted is Wanted.LIST:
            most = _ENTRIES
        elif question.wanted is Wanted.STEPS:
            own = [item for item in ranked if item.group == ordered[0].group]
            own = [item.scored(ordered[0].score) for item in own]
            ordered, most = [*own, *ordered], _STEPS
        elif len(parts) > 1:
            most = _UNITS_A_PART * len(parts)
        chosen = choose_units(
            list(dict.fromkeys(ordered)),
            most=most,
            floor=0.0 if parts else self._limits.evidence_share * max(i.score for i in ranked),
            max_tokens=self._room(question),
            counter=self._counter,
        )
        return [*chosen, *self._beside(question, chosen, ranked)]

    def _beside(
        self, question: Question, chosen: Sequence[EvidenceUnit], ranked: Sequence[EvidenceUnit]
    ) -> list[EvidenceUnit]:
        """Return what makes the best unit understandable: its neighbours, or who wrote it."""
        near = sentences_beside(chosen[0], ranked, question.stems) if chosen else []
        if question.wanted is Wanted.PERSON and chosen:
            near = [*authors_of(chosen[0], ranked), *near]
        taken = sum(self._counter.count(item.text) for item in chosen)
        room = min(_NEIGHBOUR_TOKENS, self._room(question) - taken)
        found: list[EvidenceUnit] = []
        for item in near:
            tokens = self._counter.count(item.own)
            if item not in chosen and tokens <= room:
                found.append(item)
                room -= tokens
        return found

    def broad(self, question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
        """Return more of the best units than usual: the best may not be the one that answers."""
        return choose_units(
            ranked,
            most=_DOUBTFUL_UNITS,
            floor=0.0,
            max_tokens=min(_DOUBTFUL_TOKENS, self._room(question)),
            counter=self._counter,
        )

    def for_table(self, question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
        """Return what a table may be made of: the best passages whole, since it has many rows."""
        if self._profile.evidence == "passages":
            return self._passages(question, ranked)
        room = min(_TABLE_TOKENS, self._room(question))
        return self._whole(ranked, most=_TABLE_PASSAGES, room=room)

    def _passages(self, question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
        return self._whole(ranked, most=self._profile.max_evidence, room=self._room(question))

    def _whole(self, ranked: Sequence[EvidenceUnit], *, most: int, room: int) -> list[EvidenceUnit]:
        """Return all units of the best passages, as long as there is room."""
        numbers = list(dict.fromkeys(item.source_number for item in ranked))[:most]
        return choose_units(
            [item for number in numbers for item in ranked if item.source_number == number],
            most=len(ranked),
            floor=0.0,
            max_tokens=room,
            counter=self._counter,
        )

    def _room(self, question: Question) -> int:
        return min(self._limits.max_tokens, self._prompts.room_for_evidence(question.text))


def choose_units(
    ranked: Sequence[EvidenceUnit],
    *,
    most: int,
    floor: float,
    max_tokens: int,
    counter: TokenCounter,
) -> list[EvidenceUnit]:
    """Return the best units within these bounds, best first. Those too long are passed over.

    Of the best one its beginning is returned where there is no room for any of them.
    """
    chosen: list[EvidenceUnit] = []
    room = max_tokens
    for item in without_duplicates(ranked):
        if len(chosen) == most or item.score < floor:
            break
        tokens = counter.count(item.text)
        if tokens <= room:
            chosen.append(item)
            room -= tokens
    return chosen or [_beginning(item, max_tokens, counter) for item in ranked[:1]]


def _beginning(item: EvidenceUnit, tokens: int, counter: TokenCounter) -> EvidenceUnit:
    own = counter.truncate(item.own, tokens)
    return replace(item, unit=replace(item.unit, end=item.unit.start + len(own)))
