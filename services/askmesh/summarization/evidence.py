"""The units of the sources that an answer may rest on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from askmesh.summarization.overlap import question_overlap
from askmesh.summarization.values import Source
from askmesh.text import (
    Unit,
    UnitKind,
    is_negated,
    lead_text,
    names,
    numbers,
    self_contained,
    stems,
    units,
    with_subjects,
)

_SHARE_WITHOUT_OVERLAP = 0.3
_SHARE_WITHOUT_SCORE = 0.3
_NOTHING = 1e-9
DUPLICATE_SIMILARITY = 0.8
BESIDE = 0.08
"""Below this score of its own, a unit tells something else than what is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceUnit:
    """A unit of a source. `note` is what the service found out about it and may be repeated."""

    source_number: int
    source: Source
    unit: Unit
    score: float
    note: str = ""

    @property
    def own(self) -> str:
        """The unit itself."""
        return self.source.text[self.unit.start : self.unit.end]

    @property
    def text(self) -> str:
        """What is checked and cited: the unit, from the sentence on that it leans on."""
        start = self.unit.start
        if self.unit.kind is UnitKind.SENTENCE and self.unit.lead:
            start = self.unit.lead[0].start
        return self.source.text[start : self.unit.end]

    @property
    def breadcrumb(self) -> str:
        """Where it stands: title, headings, the line that leads in."""
        lead = "" if self.unit.kind is UnitKind.SENTENCE else self.lead
        parts = (self.source.title, *self.source.headings, *self.unit.headings, lead, self.note)
        return " > ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part))

    @property
    def lead(self) -> str:
        """The lines before it that it needs."""
        return lead_text(self.source.text, self.unit)

    @property
    def is_entry(self) -> bool:
        """Whether it is one of several of a kind: an item, a row, or a line of a form."""
        return self.unit.kind in {UnitKind.ITEM, UnitKind.ROW, UnitKind.KEY_VALUE}

    @property
    def is_setting(self) -> bool:
        """Whether it is one setting of a configuration file."""
        return self.unit.kind is UnitKind.SETTING

    @property
    def is_code(self) -> bool:
        """Whether it is a block of code or a setting: no statement of prose."""
        return self.is_setting or self.unit.kind is UnitKind.CODE

    @property
    def own_score(self) -> float | None:
        """The score of the unit itself, if it has one."""
        span = (self.unit.start, self.unit.end)
        found = (s.score for s in self.source.sentences if (s.start, s.end) == span)
        return next(found, None)

    @property
    def group(self) -> tuple[int, int]:
        """The same for entries of one list, table or form."""
        return self.source_number, self.unit.group

    @property
    def table(self) -> tuple[object, ...]:
        """The same for rows of one table, which may stand in several passages; else the group."""
        if self.unit.kind is not UnitKind.ROW:
            return self.group
        return (self.source.document_id, *(name for name, _ in cells(self)))

    def noting(self, note: str) -> "EvidenceUnit":
        """Return it with a note."""
        return replace(self, note=note)

    def scored(self, score: float) -> "EvidenceUnit":
        """Return it with another score."""
        return replace(self, score=score)


def rank_units(question: str, sources: Sequence[Source]) -> list[EvidenceUnit]:
    """Return the units of all sources, best first.

    The score of a unit is its own where it has one. Where only its passage has one, the passage's
    best unit by overlap with the question inherits it, and the others a share of it. Where its
    passage has none, it is the overlap, or a share of it where other passages have a score.
    """
    is_scored = any(source.score is not None for source in sources)
    share = _SHARE_WITHOUT_SCORE if is_scored else 1.0
    wanted = stems(question)
    found = [
        EvidenceUnit(source_number=number, source=source, unit=unit, score=0.0)
        for number, source in enumerate(sources, start=1)
        for unit in with_subjects(source.text, units(source.text), wanted)
    ]
    texts = [f"{item.breadcrumb} {self_contained(item.source.text, item.unit)}" for item in found]
    overlaps = question_overlap(question, texts)
    best: dict[int, float] = {}
    for item, overlap in zip(found, overlaps, strict=True):
        best[item.source_number] = max(overlap, best.get(item.source_number, 0.0))
    scored = [
        item.scored(_score(item, overlap, best[item.source_number], share))
        for item, overlap in zip(found, overlaps, strict=True)
    ]
    return sorted(scored, key=lambda item: (-item.score, item.source_number, item.unit.start))


def without_duplicates(ranked: Iterable[EvidenceUnit]) -> Iterator[EvidenceUnit]:
    """Yield `ranked` without what a better unit says in almost the same words.

    What differs in a number, a name or a negation is no repetition.
    """
    seen: list[tuple[frozenset[str], frozenset[str]]] = []
    for item in ranked:
        words, facts = stems(item.own), _facts(item)
        if not any(
            facts == others and jaccard(words, said) >= DUPLICATE_SIMILARITY
            for said, others in seen
        ):
            seen.append((words, facts))
            yield item


def lead_of(best: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> float:
    """Return how many times as near as the next one that says something else a unit is."""
    others = (item.score for item in ranked if item.text != best.text)
    return best.score / max(_NOTHING, *others, _NOTHING)


def are_beside(items: Sequence[EvidenceUnit]) -> bool:
    """Tell whether all of them are scored, and none as what answers."""
    scores = [item.own_score for item in items]
    return bool(scores) and all(score is not None and score < BESIDE for score in scores)


def cells(item: EvidenceUnit) -> list[tuple[str, str]]:
    """Return the cells of a row, each after its header; an empty one if it has none."""
    parts = [cell.partition(": ") for cell in item.own.split(" | ")]
    return [(name if found else "", value if found else name) for name, found, value in parts]


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of the words of both that both have; 0 for two empty sets."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def _facts(item: EvidenceUnit) -> frozenset[str]:
    denied = {"\0not"} if is_negated(item.own) else set[str]()
    lead = numbers(item.source.title) if item.unit.kind is UnitKind.SENTENCE else numbers(item.lead)
    return frozenset((*numbers(item.own), *lead, *names(item.own), *denied))


def _score(item: EvidenceUnit, overlap: float, best: float, unscored_share: float) -> float:
    if item.own_score is not None:
        return item.own_score
    passage = item.source.score
    if passage is None:
        return overlap * unscored_share
    # A unit that had no time to be scored must not outdo those that had.
    ceiling = max((s.score for s in item.source.sentences), default=1.0)
    return min(ceiling, passage) * (overlap / best if best else _SHARE_WITHOUT_OVERLAP)
