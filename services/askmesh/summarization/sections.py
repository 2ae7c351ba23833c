"""Which units are about the thing that is asked for, and not about another of its kind."""

import re
from collections.abc import Iterable, Sequence

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.moments import without_other_times
from askmesh.summarization.naming import (
    is_under_another,
    mentions,
    names_another,
    written_names,
)
from askmesh.summarization.paired_years import paired_years
from askmesh.summarization.question import Question
from askmesh.text import UnitKind, content_words, stem, stems, units

BY_KEY = 0.93
"""The probability that the entry of a code answers a question that names the code."""
_DIGIT = re.compile(r"\d")


def about_what_is_named(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without what is about another thing, or another time, than is asked for."""
    return without_other_times(question, with_identifiers(question, ranked))


def with_identifiers(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without what is about something else than the identifiers asked for.

    Site 23 is not site 24: where some units, or else some passages, have one of the question's
    identifiers, the others do not count. Nor do, where none has it, those with another of its form.
    """
    wanted = question.identifiers
    by_unit = [item for item in ranked if _has_any(f"{item.breadcrumb}\n{item.text}", wanted)]
    if by_unit or not wanted:
        return _with_paragraphs(by_unit, ranked, wanted) or list(ranked)
    by_passage = [item for item in ranked if _has_any(item.source.whole_text, wanted)]
    return by_passage or [
        item for item in ranked if not any(_of_another(question, item, each) for each in wanted)
    ]


def is_entry_of(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it is an entry that has the codes or numbers that a question names."""
    return item.is_entry and _has_all(item.own, question)


def _of_another(question: Question, item: EvidenceUnit, identifier: str) -> bool:
    """Tell whether a unit has another code of that form, or a row another number: "week 25".

    So has what stands under another version.
    """
    above = (*item.source.headings, *item.unit.headings, item.lead, item.own)
    if names_another(item.own, identifier) or any(is_under_another(t, identifier) for t in above):
        return True
    if paired_years(identifier) and names_another(
        "\n".join((item.source.title, *above)), identifier
    ):
        return True
    noun = re.search(rf"([^\W\d_]+) {re.escape(identifier)}(?!\w)", question.text)
    return (
        noun is not None
        and item.unit.kind is UnitKind.ROW
        and any(
            stem(noun[1].lower()) in stems(header) and value.isdecimal() and value != identifier
            for header, value in cells(item)
        )
    )


def _with_paragraphs(
    named: Sequence[EvidenceUnit], ranked: Sequence[EvidenceUnit], wanted: Iterable[str]
) -> list[EvidenceUnit]:
    """Return what is `named`, and the sentences of its paragraphs that name nothing of the kind."""
    shapes = {_DIGIT.sub("0", each) for each in wanted if not each.isdigit()}
    places = {item.group for item in named if item.unit.kind is UnitKind.SENTENCE}

    def goes_on(item: EvidenceUnit) -> bool:
        own = {_DIGIT.sub("0", word.strip(".,;:()").lower()) for word in item.own.split()}
        own &= shapes | (written_names(item.own) if any(map(written_names, wanted)) else set())
        return item.unit.kind is UnitKind.SENTENCE and item.group in places and not own

    return [item for item in ranked if item in named or goes_on(item)]


def section_of(item: EvidenceUnit) -> str:
    """Return what its passage says below the same headings."""
    text = item.source.text
    beside = (unit for unit in units(text) if unit.headings == item.unit.headings)
    return " ".join(text[unit.start : unit.end] for unit in beside)


def _has_any(text: str, identifiers: Iterable[str]) -> bool:
    return any(mentions(text, identifier) for identifier in identifiers)


def is_keyed_by(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it is the row or line of the code in the question: "E-41: spindle blocked"."""
    key = cells(item)[0][1] if item.unit.kind is UnitKind.ROW else item.own.partition(":")[0]
    return item.is_entry and _has_all(key, question) and not _is_of_another_number(question, item)


def _is_of_another_number(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it shares a number alone with the question: "Year 7" has dates, and homework."""
    if not all(each.isdecimal() for each in question.identifiers):
        return False
    words = content_words(question.text)
    named = {i for i, word in enumerate(words) if word in question.identifiers}
    others = {stem(word) for i, word in enumerate(words) if not {i, i + 1} & named}
    return bool(others) and not others & stems(f"{item.breadcrumb} {item.own}")


def is_row_of(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it is the row of a name in the question, with a header that is in it, too."""
    if item.unit.kind is not UnitKind.ROW:
        return False
    (_, key), *others = cells(item)
    names = [stems(name) for name in re.split(r"[,;/]", key)]
    return any(name and name <= question.stems for name in names) and any(
        stems(header) & question.stems for header, _ in others
    )


def _has_all(text: str, question: Question) -> bool:
    named = [mentions(text, each) for each in question.identifiers]
    return bool(named) and all(named)
