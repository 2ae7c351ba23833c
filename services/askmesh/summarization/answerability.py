"""Whether the evidence answers the question: the probability, from several signals at once."""

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.naming import mentions
from askmesh.summarization.opposites import are_opposites
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.statements import statement
from askmesh.text import UnitKind, is_negated, numbers, stems, stems_and_parts

_FARTHEST_LOGIT = 6.0
_SEEN_UNITS = 3
# Set by hand to the scale of the probability since the adapter of reranking (ADR 61): not fitted
# anew yet; benchmarks/results/refusals.json is of the bias before.
_REFUSAL_BIAS = 1.0
_REFUSAL_SLOPE = 0.9
_MOST_BIAS = 1.75
_IN_OTHER_WORDS = 0.8
_WHO_IS = re.compile(
    r"^\s*who(?:['\u2019]s| is| are) (?:the |our |your )"
    r"|^\s*(?:what(?:['\u2019]s| is) )?(?:the )?(?:(?:tele)?phone|extension|e-?mail)\b.* of ",
    re.IGNORECASE,
)
_FIELDS = stems("phone telephone number extension mail email address")


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against an answer; each is a number, none decides alone."""

    unit: float
    """The best unit's score, as a logit."""
    passage: float
    """The best score of a passage, as a logit."""
    unit_coverage: float
    """The share of the question's words that the best unit has, with what stands above it."""
    passage_coverage: float
    """The share that the best passage has."""
    missing_identifier: float
    """Whether no source has an identifier of the question."""
    missing_names: float
    """The share of the question's names that the best passages do not have."""
    missing_kind: float
    """Whether the best units have no number, date or name where one is asked for."""
    negation: float
    """Whether the best unit denies something and the question does not, or the other way round."""
    opposite: float
    """Whether the best unit has the opposite of a word of the question instead of it."""


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Weights of the signals, in their order, and what is added."""

    weights: tuple[float, ...]
    intercept: float

    def probability(self, signals: Signals) -> float:
        """Return the probability, from 0 to 1, that the evidence answers."""
        total = sum(w * s for w, s in zip(self.weights, astuple(signals), strict=True))
        return _sigmoid(total + self.intercept)


# Fitted by benchmarks/quality/fit_answerability.py; the figures behind them are in
# benchmarks/results/answerability.json. The weights without scores are of an earlier fit; 0.405 was
# added to their intercept: there half of the questions have an answer, and people who ask their own
# documents are expected to find one for 60 of 100.
SCORED = LogisticModel((0.425, 0.112, 0.277, -0.424, -0.789, -1.777, -0.239, 0.304, -1.478), 0.355)
UNSCORED = LogisticModel((0.115, 0.115, 0.995, 1.2, -1.723, -2.049, -0.479, -0.071, -0.813), -0.991)
"""Without scores of a model: words in common are all there is."""


def signals_of(question: Question, ranked: Sequence[EvidenceUnit]) -> Signals:
    """Return the signals of `ranked` units, best first; there must be one."""
    best = ranked[0]
    seen = ranked[:_SEEN_UNITS]
    said = f"{best.breadcrumb} {best.lead} {best.own}"
    passages = [item.source.score for item in ranked if item.source.score is not None]
    return Signals(
        unit=_logit(best.score),
        passage=_logit(max(passages, default=best.score)),
        unit_coverage=_coverage(question, said),
        passage_coverage=max(_coverage(question, item.source.whole_text) for item in seen),
        missing_identifier=float(_lacks_identifier(question, ranked)),
        missing_names=_missing_names(question, seen),
        missing_kind=float(all(_lacks_kind(question, item) for item in seen)),
        negation=float(question.negated != is_negated(best.own)),
        opposite=float(says_the_opposite(question, said)),
    )


def says_the_opposite(question: Question, said: str) -> bool:
    """Tell whether `said` has the opposite of a word of the question instead of it."""
    words = stems(said)
    asked, having = question.stems - words, words - question.stems
    return any(are_opposites(one, other) for one in asked for other in having)


def refusal_bias(probability: float) -> float:
    """Return what is added to the logit of a language model's refusal.

    The better the signals are, the surer the model must be that nothing answers; where they are
    bad, how bad they are says nothing more.
    """
    return min(_MOST_BIAS, _REFUSAL_BIAS - _REFUSAL_SLOPE * _logit(probability))


def _coverage(question: Question, text: str) -> float:
    if not question.stems:
        return 0.0
    return len(question.stems & stems_and_parts(text)) / len(question.stems)


def _lacks_identifier(question: Question, ranked: Sequence[EvidenceUnit]) -> bool:
    texts = {item.source_number: item.source.whole_text for item in ranked}.values()
    return not all(
        any(mentions(text, identifier) for text in texts) for identifier in question.identifiers
    )


def _missing_names(question: Question, seen: Sequence[EvidenceUnit]) -> float:
    if not question.names:
        return 0.0
    having = stems("\n".join(item.source.whole_text for item in seen))
    missing = [name for name in question.names if not stems(name) & having]
    return len(missing) / len(question.names)


def _lacks_kind(question: Question, item: EvidenceUnit) -> bool:
    said = item.own if item.unit.kind is not UnitKind.SENTENCE else item.text
    if question.wanted in {Wanted.NUMBER, Wanted.TIME}:
        return not set(numbers(said)) - question.identifiers - _figures_named(question)
    if question.wanted is Wanted.PERSON:
        named = {*statement(said).names, *statement(item.source.title).names}
        return not named - question.stems
    return False


def _figures_named(question: Question) -> frozenset[str]:
    return frozenset(numbers(" ".join(question.identifiers)))


def _logit(score: float) -> float:
    clipped = min(max(score, 1e-4), 1 - 1e-4)
    return max(-_FARTHEST_LOGIT, min(_FARTHEST_LOGIT, math.log(clipped / (1 - clipped))))


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, value))))


def is_unknown(question: Question, units: Sequence[EvidenceUnit], probability: float) -> bool:
    """Tell whether one is asked for of whom no source has a word: "Who is the caretaker?".

    From a high probability that the units answer on, they may have other words for it.
    """
    if probability >= _IN_OTHER_WORDS or not _WHO_IS.search(question.text):
        return False
    sources = {item.source_number: item.source for item in units}.values()
    known = stems_and_parts("\n".join(source.whole_text for source in sources))
    return any(not word.isdigit() for word in question.stems - known - _FIELDS)
