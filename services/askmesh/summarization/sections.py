"""Sections of which each is about one thing: what is said of one is not said of another."""

import re
from collections.abc import Iterable, Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.text import stems


def of_named_sections(asked: frozenset[str], ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without what stands under the name of another thing than the one asked for.

    Where the question names a thing that has a section of its own, the sections of other things in
    that document count only if they mention it. A heading names a thing if its section does, too,
    and nobody writes it as a common word.
    """
    things = _things(ranked)
    named = {thing for thing in things if stems(thing[1]) <= asked}
    if not named:
        return list(ranked)
    documents = {document for document, _ in named}

    def is_about(item: EvidenceUnit) -> bool:
        document, heading = _place(item)
        if document not in documents or (document, heading) in named:
            return True
        words = stems(f"{item.breadcrumb} {item.text}")
        return (document, heading) not in things or any(stems(name) <= words for _, name in named)

    return [item for item in ranked if is_about(item)]


def _things(ranked: Iterable[EvidenceUnit]) -> set[tuple[str, str]]:
    text = "\n".join({item.source.passage_id: item.source.text for item in ranked}.values())
    return {
        place
        for item in ranked
        if (place := _place(item))[1]
        and re.search(rf"\b{re.escape(place[1])}\b", item.own)
        and not re.search(rf"\b{re.escape(place[1].lower())}\b", text)
    }


def _place(item: EvidenceUnit) -> tuple[str, str]:
    """Return the document and the nearest heading."""
    headings = (*item.source.headings, *item.unit.headings)
    return item.source.document_id, headings[-1] if headings else ""
