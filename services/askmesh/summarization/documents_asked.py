"""Questions about a document as a whole: which one is meant, its title, and what it is about."""

from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, sentences, stems

_PARTS_OF_A_DOCUMENT = 8
_FEWEST_HEADINGS = 3
_BEGINNINGS = 4
_SUMMARIES = {"summary", "abstract", "overview", "in short", "introduction", "purpose"}
_TELLING = (UnitKind.SENTENCE, UnitKind.ITEM)
_SHARE = 0.5
_FORM_WORDS = stems(
    "title document report paper page file article text note notes policy guide manual summary"
    " summarise summarize overview about gist name called what cover topic tell say contain main"
    " e mail email message letter memo minutes"
)


def of_document(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return the first units of the passages of the document that the question names.

    It names one by half of the words of its title or by half of its own words, which stand in the
    title or in the lines that say who wrote it.
    """
    lines = _lines(ranked)
    best = max(ranked, key=lambda item: len(_named(item, lines) & question.stems))
    asked, title = question.stems - _FORM_WORDS, stems(best.source.title)
    found = _named(best, lines) & question.stems
    if not found or (
        len(title & found) < _SHARE * len(title) and len(found & asked) < _SHARE * len(asked)
    ):
        return []
    own = [item for item in ranked if item.source.document_id == best.source.document_id]
    own.sort(key=lambda item: (item.source.position, item.unit.start))
    own = [item for item in own if item.unit.kind is not UnitKind.KEY_VALUE] or own
    firsts = {item.source_number: item for item in reversed(own)}
    chosen = sorted(firsts.values(), key=lambda item: item.source.position)
    seconds = [item for item in own if item not in chosen]
    parts = [*chosen, *seconds][:_PARTS_OF_A_DOCUMENT]
    return sorted(parts, key=lambda item: (item.source.position, item.unit.start))


def title_of(whole: Sequence[EvidenceUnit]) -> list[Said]:
    """Return the title of a document."""
    best = whole[0]
    return [Said(plain(best.source.title), (best,), best.own)] if best.source.title else []


def outline(question: Question, whole: Sequence[EvidenceUnit]) -> list[Said]:
    """Return what the headings of a document say that it is about, or how its parts begin.

    Nothing if that is not asked, or of several documents.
    """
    if question.wanted is not Wanted.ABOUT or len({i.source.document_id for i in whole}) > 1:
        return []
    if told := [item for item in whole if _heading(item).lower() in _SUMMARIES]:
        return _beginnings(told)
    by_heading: dict[str, EvidenceUnit] = {}
    for item in whole:
        for heading in (*item.source.headings, *item.unit.headings):
            if heading != item.source.title:
                by_heading.setdefault(heading, item)
    if len(by_heading) < _FEWEST_HEADINGS:
        return _beginnings(whole)
    text = f"{plain(whole[0].source.title)}: {', '.join(map(plain, by_heading))}."
    return [Said(text, tuple(dict.fromkeys(by_heading.values())), whole[0].own)]


def _beginnings(whole: Sequence[EvidenceUnit]) -> list[Said]:
    """Return the title and the first sentence of each of the first parts, word for word."""
    firsts = [item for item in whole if item.unit.kind in _TELLING][:_BEGINNINGS]
    if not firsts:
        return []
    title = plain(whole[0].source.title)
    quotes = [
        Said(f"\u201c{plain(_first_sentence(item.own))}\u201d", (item,), _first_sentence(item.own))
        for item in firsts
    ]
    return [Said(f"{title}:"), *quotes] if title else quotes


def _heading(item: EvidenceUnit) -> str:
    return next(iter((*item.unit.headings[-1:], *item.source.headings[-1:])), "")


def _first_sentence(text: str) -> str:
    return next((text[each.start : each.end] for each in sentences(text)), text)


def _lines(ranked: Sequence[EvidenceUnit]) -> dict[str, frozenset[str]]:
    """Return the words of the lines at the beginning of each document, as of a letter."""
    lines: dict[str, frozenset[str]] = {}
    for item in ranked:
        if item.unit.kind is UnitKind.KEY_VALUE and not item.source.position:
            known = lines.get(item.source.document_id, frozenset())
            lines[item.source.document_id] = known | stems(item.own)
    return lines


def _named(item: EvidenceUnit, lines: dict[str, frozenset[str]]) -> frozenset[str]:
    return stems(item.source.title) | lines.get(item.source.document_id, frozenset())
