"""From sources to evidence: whether they answer, what the model is shown, and what may be said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from askmesh.api.common.v1.answer_pb2 import (
    ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED,
    ABSTENTION_REASON_NOT_ANSWERED,
    ABSTENTION_REASON_NOTHING_NEAR,
    Abstention,
    AbstentionReason,
)
from askmesh.inference import LanguageModelProfile, TokenCounter
from askmesh.summarization.answerability import SCORED, UNSCORED, is_unknown, signals_of
from askmesh.summarization.dated_versions import are_dated_as_another
from askmesh.summarization.dates import without_replaced
from askmesh.summarization.documents_asked import of_document, title_of
from askmesh.summarization.evidence import EvidenceUnit, rank_units
from askmesh.summarization.narrowing import narrowed
from askmesh.summarization.over_records import told_by_records
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.question import Question, Wanted, take_apart
from askmesh.summarization.records import Records
from askmesh.summarization.rules import told_by_rule
from askmesh.summarization.said import Said
from askmesh.summarization.sections import BY_KEY, is_keyed_by
from askmesh.summarization.selection import best_of_parts
from askmesh.summarization.showing import AssemblyLimits, Showing
from askmesh.summarization.values import Source, SummaryRequest
from askmesh.summarization.wording import LATIN_LANGUAGES, language_of

_FOREIGN_PROBABILITY = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an answer may rest on.

    `shown` is what the model is shown and its sentences are checked against, best first; `ranked`
    is all that is about the question. `probability` says how surely they answer it; `doubtful`,
    that only the language model can tell.
    """

    question: Question
    shown: tuple[EvidenceUnit, ...]
    ranked: tuple[EvidenceUnit, ...]
    probability: float
    doubtful: bool = False
    parts: tuple[EvidenceUnit, ...] = ()
    """The best unit for each part of a question that has several, such as the sides compared."""
    said: tuple[Said, ...] = ()
    """The answer, where it can be read off tables and forms."""
    records: Records | None = None
    """The table or the forms that the question is about."""
    sources: tuple[Source, ...] = ()
    """All passages that were found, whether evidence or not."""


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
        self._showing = Showing(profile, counter, prompts, limits)
        self._limits = limits

    def evidence(self, request: SummaryRequest) -> Evidence | Abstention:
        """Return the evidence for an answer, or why there is none."""
        question = take_apart(request.question)
        request = _comparable(request)
        everything = rank_units(request.question, request.sources)
        if not question.identifiers:  # of an old edition one may ask by its year
            everything = without_replaced(everything)
        if not everything:
            return Abstention(reason=_without_evidence(request.question))
        ranked = narrowed(question, everything)
        found = (
            _of_documents(question, everything)
            or _over_records(request, question, everything)
            or _by_rule(question, ranked)
        )
        if found:
            return found
        probability, floor = self._probability(question, request, ranked or everything)
        unknown = is_unknown(question, everything, probability)
        unknown |= are_dated_as_another(question, ranked)
        doubtful = unknown or probability < floor
        if not ranked or unknown or (doubtful and not self._may_ask(probability)):
            if probability < self._limits.doubt_floor:
                return Abstention(reason=_without_evidence(request.question))
            return _unanswered(request.question, probability, (ranked or everything)[0])
        return Evidence(
            question=question,
            shown=tuple(self._shown(request, question, ranked, doubtful=doubtful)),
            ranked=tuple(ranked),
            probability=probability,
            doubtful=doubtful,
            parts=tuple(best_of_parts(request.sub_questions, ranked)),
            sources=request.sources,
        )

    def _shown(
        self,
        request: SummaryRequest,
        question: Question,
        ranked: Sequence[EvidenceUnit],
        *,
        doubtful: bool,
    ) -> Sequence[EvidenceUnit]:
        if request.wants_table:
            return self._showing.for_table(question, ranked)
        if doubtful:
            return self._showing.broad(question, ranked)
        return self._showing.best(question, request.sub_questions, ranked)

    def _probability(
        self, question: Question, request: SummaryRequest, ranked: Sequence[EvidenceUnit]
    ) -> tuple[float, float]:
        """Return the probability that `ranked` answers, and the one below which it does not."""
        if is_keyed_by(question, ranked[0]):
            return BY_KEY, self._limits.answer_floor
        signals = signals_of(question, ranked)
        if any(s.score is not None or s.sentences for s in request.sources):
            return SCORED.probability(signals), self._limits.answer_floor
        return UNSCORED.probability(signals), self._limits.unscored_answer_floor

    def _may_ask(self, probability: float) -> bool:
        """Tell whether the language model is asked what no score can tell."""
        return self._profile.decides_doubts and probability >= self._limits.doubt_floor


def _comparable(request: SummaryRequest) -> SummaryRequest:
    """Return `request` without scores that mean nothing: the scorer reads Latin letters only."""
    if language_of(request.question) in LATIN_LANGUAGES:
        return request
    unscored = (replace(source, score=None, sentences=()) for source in request.sources)
    return replace(request, sources=tuple(unscored))


def _of_documents(question: Question, units: Sequence[EvidenceUnit]) -> Evidence | None:
    """Return the evidence for an answer about a document as a whole, if one is named."""
    if question.wanted not in {Wanted.ABOUT, Wanted.TITLE}:
        return None
    whole = tuple(of_document(question, units))
    if not whole:
        return None
    said = tuple(title_of(whole)) if question.wanted is Wanted.TITLE else ()
    return Evidence(question=question, shown=whole, ranked=whole, probability=1.0, said=said)


def _over_records(
    request: SummaryRequest, question: Question, units: Sequence[EvidenceUnit]
) -> Evidence | None:
    """Return the evidence for an answer that tables or forms give by themselves, if they do."""
    told = told_by_records(request, question, units)
    if told is None:
        return None
    records, said = told
    shown = tuple(item for record in records.records for item in record.units)
    return Evidence(
        question=question,
        shown=shown,
        ranked=shown,
        probability=1.0,
        said=said,
        records=records,
    )


def _by_rule(question: Question, ranked: Sequence[EvidenceUnit]) -> Evidence | None:
    """Return the evidence for an answer that a rule gives."""
    said = told_by_rule(question, ranked) if ranked else []
    if not said:
        return None
    return Evidence(
        question=question,
        shown=said[0].units,
        ranked=tuple(ranked),
        probability=1.0,
        said=tuple(said),
    )


def _without_evidence(question: str) -> AbstentionReason.ValueType:
    if language_of(question) == "en":
        return ABSTENTION_REASON_NOTHING_NEAR
    return ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED


def _unanswered(question: str, probability: float, nearest: EvidenceUnit) -> Abstention:
    foreign = language_of(question) != "en" and probability < _FOREIGN_PROBABILITY
    reason = ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED if foreign else ABSTENTION_REASON_NOT_ANSWERED
    return Abstention(reason=reason, nearest_source_number=nearest.source_number)
