"""From sources to evidence: what the model is shown, and what may be quoted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from askmesh.inference import LanguageModelProfile, TokenCounter
from askmesh.summarization.abstention import contradicts, is_doubtful
from askmesh.summarization.evidence import (
    EvidenceBounds,
    EvidenceSentence,
    choose_sentences,
    rank_sentences,
    without_duplicates,
)
from askmesh.summarization.parts import PartFloors, parts_first
from askmesh.summarization.prompt import PromptWriter, ShownSource, show_passages, show_sentences
from askmesh.summarization.values import SummaryRequest

DUPLICATE_SIMILARITY = 0.8


@dataclass(frozen=True, slots=True)
class Floors:
    """Scores that sentences need.

    Below `evidence` one is none. Below `doubtless` the best one does not answer when something
    else speaks against it. Below `quote` one is not quoted without the model's word.
    """

    evidence: float
    quote: float
    doubtless: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyLimits:
    """How much is evidence.

    `scored` holds for sentences that a model has scored, `unscored` where the words in common
    with the question are all there is.
    """

    scored: Floors
    unscored: Floors
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer may rest on.

    `quotable` are sentences good enough to be quoted, best first. `known` are all sentences that
    the model is shown. `quote_floor` is the score from which on a quote needs no other reason.
    The first `leading` ones of `quotable` answer a part of the question each.
    """

    quotable: tuple[EvidenceSentence, ...]
    known: tuple[EvidenceSentence, ...]
    shown: tuple[ShownSource, ...]
    quote_floor: float
    leading: int = 1


class Assembly:
    """Assembles evidence for one language model."""

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

    def evidence(self, request: SummaryRequest) -> Evidence | None:
        """Return the evidence for an answer, or None if the sources do not answer."""
        floors = self._floors(request)
        ranked, parts = parts_first(
            rank_sentences(request.question, request.sources),
            request.sub_questions,
            self._part_floors(floors),
        )
        bounds = EvidenceBounds(
            max_sentences=max(self._profile.max_evidence, parts),
            max_tokens=self._room(request.question),
            floor=floors.evidence,
            duplicate_similarity=DUPLICATE_SIMILARITY,
        )
        chosen = tuple(choose_sentences(ranked, bounds, self._counter.count))
        if not chosen or not _is_answered(request, chosen, floors):
            return None
        if self._profile.evidence == "sentences":
            shown = tuple(show_sentences(chosen))
            return Evidence(chosen, chosen, shown, floors.quote, max(1, parts))
        return replace(self._whole_passages(request, ranked, floors), leading=max(1, parts))

    def _part_floors(self, floors: Floors) -> PartFloors:
        overlaps = self._limits.unscored
        return PartFloors(overlaps.evidence, floors.evidence, overlaps.quote, floors.quote)

    def _room(self, question: str) -> int:
        return min(self._limits.max_tokens, self._prompts.room_for_evidence(question))

    def _floors(self, request: SummaryRequest) -> Floors:
        scored = any(s.score is not None or s.sentences for s in request.sources)
        return self._limits.scored if scored else self._limits.unscored

    def _whole_passages(
        self, request: SummaryRequest, ranked: Sequence[EvidenceSentence], floors: Floors
    ) -> Evidence:
        relevant = [item for item in ranked if item.score >= floors.evidence]
        kept = list(without_duplicates(relevant, similarity=DUPLICATE_SIMILARITY))
        numbers = list(dict.fromkeys(item.source_number for item in kept))
        room = self._room(request.question)
        shown = show_passages(
            request.sources,
            numbers[: self._profile.max_evidence],
            self._counter,
            max_tokens=room,
        )
        ends = {source.number: len(source.text) for source in shown}
        known = [item for item in ranked if item.end <= ends.get(item.source_number, -1)]
        quotable = [item for item in kept if item.end <= ends.get(item.source_number, -1)]
        return Evidence(tuple(quotable), tuple(known), tuple(shown), floors.quote)


def _is_answered(
    request: SummaryRequest, chosen: Sequence[EvidenceSentence], floors: Floors
) -> bool:
    best = chosen[0]
    if len(request.sub_questions) > 1:
        # What stands in the best sentence says nothing of the other parts.
        return True
    if contradicts(request.question, best):
        return False
    sure = best.score >= floors.doubtless
    return sure or not is_doubtful(request.question, request.required_terms, chosen)
