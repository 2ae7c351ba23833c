"""What one answer is worth."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from askmesh.evaluation._questions import KnownQuestion
from askmesh.evaluation._taking import Cited, Ranked, Taken

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MARKS = re.compile(r"\s*\[\d+(?:, ?\d+)*\]")
_OTHER = re.compile(r"[^\w\s]")


class Verdict(StrEnum):
    """What became of a question."""

    RIGHT = "right"
    """Everything that was wanted and nothing else, or an abstention where one was due."""
    WITH_ADDITIONS = "right_with_additions"
    """Right, and something that nobody asked."""
    WRONG = "wrong"
    INVENTED = "invented"
    """An answer although the documents have none."""
    WRONGLY_ABSTAINED = "wrongly_abstained"
    """No answer although the documents have one."""
    FAILED = "failed"
    """The request ended with an error."""


def verdict(question: KnownQuestion, taken: Taken) -> Verdict:
    """Return what became of the question.

    Without wanted patterns one of the references has to be contained; without references, too, any
    answer is right.
    """
    if taken.failure:
        return Verdict.FAILED
    if question.abstain:
        return Verdict.INVENTED if taken.answered else Verdict.RIGHT
    if not taken.answered:
        return Verdict.WRONGLY_ABSTAINED
    said = _searchable(taken.said)
    if not _is_wanted(question, said) or _found(question.bad, said):
        return Verdict.WRONG
    return Verdict.WITH_ADDITIONS if _has_additions(question, said) else Verdict.RIGHT


def measures(question: KnownQuestion, taken: Taken) -> dict[str, float]:
    """Return what can be measured of this answer, by name; each has a meaning of its own average.

    Shares are 0 or 1 for one answer. What does not apply is left out.
    """
    became = verdict(question, taken)
    measured: dict[str, float | None] = {each.value: became is each for each in Verdict}
    if not taken.failure:
        due = "abstained_rightly" if question.abstain else "answered"
        measured |= {due: taken.answered is not question.abstain}
        measured |= _times(taken) | {"degraded": bool(taken.degradations)}
    if taken.answered:
        measured |= {"words": len(_MARKS.sub("", taken.said).split())}
        measured |= {"confidence": confidence(taken)}
    if not question.abstain:
        measured |= _by_words(question.all_references, taken)
        measured |= _by_sources(question.gold_sources, taken)
    return {name: float(value) for name, value in measured.items() if value is not None}


def confidence(taken: Taken) -> float | None:
    """Return the best score among the cited sources, else among all; None without scores."""
    cited = {each.source for each in taken.cited}
    scored = [source for source in taken.ranked if source.score is not None]
    chosen = [source for source in scored if source.source in cited] or scored
    return max((source.score or 0.0 for source in chosen), default=None)


def token_f1(text: str, reference: str) -> float:
    """Return the harmonic mean of precision and recall of words, as SQuAD counts them."""
    said, wanted = _words(text), _words(reference)
    common = sum((Counter(said) & Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


def reference_words(text: str, reference: str) -> float:
    """Return the share of the reference's words that are in the text."""
    said, wanted = set(_words(text)), _words(reference)
    return sum(word in said for word in wanted) / len(wanted) if wanted else 0.0


def _is_wanted(question: KnownQuestion, said: str) -> bool:
    if question.want:
        return all(_found([pattern], said) for pattern in question.want)
    references = question.all_references
    return not references or any(_contains(said, reference) for reference in references)


def _has_additions(question: KnownQuestion, said: str) -> bool:
    too_long = question.most_words is not None and len(said.split()) > question.most_words
    return too_long or _found(question.unasked, said)


def _found(patterns: Iterable[str], said: str) -> bool:
    return any(re.search(pattern, said, re.IGNORECASE) for pattern in patterns)


def _searchable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _MARKS.sub("", text)).split())


def _times(taken: Taken) -> dict[str, float | None]:
    return {
        "sources_seconds": taken.sources_seconds,
        "first_text_seconds": taken.first_text_seconds,
        "whole_seconds": taken.whole_seconds,
    }


def _by_words(references: Sequence[str], taken: Taken) -> Mapping[str, float]:
    if not references:
        return {}
    said = _MARKS.sub("", taken.said) if taken.answered else ""
    return {
        "exact_match": any(_words(said) == _words(reference) for reference in references),
        "token_f1": max(token_f1(said, reference) for reference in references),
        "reference_words": max(reference_words(said, reference) for reference in references),
        "reference_contained": any(_contains(said, reference) for reference in references),
    }


def _by_sources(gold: Sequence[str], taken: Taken) -> dict[str, float | None]:
    if not gold:
        return {}
    cited = [any(_is_source(each, end) for end in gold) for each in taken.cited]
    recalled = [any(_is_source(each, end) for each in taken.cited) for end in gold]
    ranked = [any(_is_source(each, end) for each in taken.ranked) for end in gold]
    return {
        "citation_precision": sum(cited) / len(cited) if cited else None,
        "citation_recall": sum(recalled) / len(gold) if taken.answered else None,
        "gold_among_sources": sum(ranked) / len(gold),
    }


def _is_source(source: Cited | Ranked, end: str) -> bool:
    name = source.source
    return name == end or name.endswith((f"/{end}", f"#{end}"))


def _contains(text: str, reference: str) -> bool:
    return f" {' '.join(_words(reference))} " in f" {' '.join(_words(text))} "


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFC", text).lower()
    return _ARTICLES.sub(" ", _OTHER.sub(" ", plain)).split()
