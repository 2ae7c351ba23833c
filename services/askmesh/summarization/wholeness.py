"""Whether all entries of a table or a list were found, as far as their passages tell."""

from collections.abc import Iterable, Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.values import Source

_FULL_CHARS = 600
"""A passage that goes on in another one is longer."""


def place_of(item: EvidenceUnit) -> tuple[str, int, int]:
    """Return where a unit stands, in the order of its document."""
    return item.source.document_id, item.source.position, item.unit.start


def is_whole(entries: Iterable[EvidenceUnit], sources: Sequence[Source]) -> bool:
    """Tell whether no entry of these, which are of one table or list, is in a passage not found.

    One passage that is too short to go on is taken for the whole. Of several, and of long ones,
    none between them may be missing, and where they begin and end must be known: by the beginning
    and the end of the document, by what is around in the passage, or by the passages around.
    """
    by_document: dict[str, list[EvidenceUnit]] = {}
    for item in sorted(entries, key=place_of):
        by_document.setdefault(item.source.document_id, []).append(item)
    return all(_is_whole(own, sources) for own in by_document.values())


def _is_whole(entries: Sequence[EvidenceUnit], sources: Sequence[Source]) -> bool:
    first, last = entries[0].source, entries[-1].source
    document = first.document_id
    found = {source.position for source in sources if source.document_id == document}
    of_entries = {item.source.position for item in entries}
    if len(of_entries) == 1 and len(first.text) < _FULL_CHARS:
        return True
    before = first.text[: entries[0].unit.start].splitlines()
    is_begun = any(line.strip() and not line.startswith("#") for line in before)
    is_ended = (
        bool(last.text[entries[-1].unit.end :].strip())
        or len(last.text) < _FULL_CHARS
        or last.position + 1 == last.document_passage_count
    )
    return (
        of_entries == set(range(first.position, last.position + 1))
        and (is_begun or first.position == 0 or first.position - 1 in found)
        and (is_ended or last.position + 1 in found)
    )
