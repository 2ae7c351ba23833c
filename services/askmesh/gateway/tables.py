"""The rest of a table or a list, for questions about all that is in it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from askmesh.api.common.v1.passage_pb2 import Filter, Passage
from askmesh.api.retrieval.v1.retrieval_pb2 import RetrievePassagesResponse
from askmesh.api.summarization.v1.summarization_pb2 import Source
from askmesh.errors import AskmeshError
from askmesh.gateway.budget import Budget
from askmesh.gateway.ports import Neighbours
from askmesh.gateway.progress import Progress
from askmesh.gateway.searching import Searching

_SUPERLATIVES = """
    cheapest coldest coolest costliest deepest earliest fastest greatest heaviest highest hottest
    largest lightest longest lowest narrowest nearest newest oldest quickest shortest slowest
    smallest strongest tallest warmest weakest widest youngest biggest fewest least most
"""
_OF_ALL = re.compile(
    r"\b(?:how many|number of|counts?|sum|total|altogether|combined|average|mean of|list all"
    rf"|{'|'.join(_SUPERLATIVES.split())}"
    r"|(?:which|what) (?:[\w-]+ ){0,2}?(?!does|this)[\w-]{3,}s"
    r" (?:are|have|contain|include|cost))\b",
    re.IGNORECASE,
)
"""Words of questions about all entries; superlatives by name: "request" and "interest" are none."""
_ENTRY = re.compile(r"^(?:(?P<header>[^|:\n]+): [^|\n]*\||(?:[-*\u2022]|\d+[.)]) )", re.MULTILINE)
_FEWEST = 2
_BEST = 3
_DOCUMENT_PASSAGES = 100
_MOST_SOURCES = 40


class Tables:
    """Searches the document of a table for the passages that the table is cut into."""

    def __init__(self, neighbours: Neighbours) -> None:
        self._searching = Searching(neighbours, page_size=_DOCUMENT_PASSAGES)

    async def completed(
        self,
        question: str,
        sources: Sequence[Source],
        passage_filter: Filter,
        budget: Budget,
        progress: Progress,
    ) -> list[Source]:
        """Return the sources, and behind them the passages around the best table or list.

        That is, those beside it with entries of its kind, and one before and after them. Only of
        questions for how many, the most, a sum or all that are or have something; nothing is added
        if that is too much, or if the search fails.
        """
        table = next((each for each in sources[:_BEST] if _has_entries(each.passage)), None)
        if table is None or not _OF_ALL.search(question):
            return list(sources)
        narrower = Filter()
        narrower.CopyFrom(passage_filter)
        narrower.document_ids[:] = [table.passage.document_id]
        reply = await self._searching.search(question, narrower, budget, progress)
        if isinstance(reply, AskmeshError):
            return list(sources)
        return _with_the_rest(sources, table.passage, reply)


def _has_entries(passage: Passage) -> bool:
    return len(_ENTRY.findall(passage.text)) >= _FEWEST


def _kinds(passage: Passage) -> frozenset[str]:
    """Return the first headers of the rows of a passage; the empty one is that of a list."""
    return frozenset(match["header"] or "" for match in _ENTRY.finditer(passage.text))


def _with_the_rest(
    sources: Sequence[Source], table: Passage, reply: RetrievePassagesResponse
) -> list[Source]:
    found = [each.passage for each in reply.passages]
    own = {each.position: each for each in found if each.document_id == table.document_id}
    known = {source.passage.passage_id for source in sources}
    around = (own[place] for place in _places_around(table, own))
    more = [Source(passage=each) for each in around if each.passage_id not in known]
    if len(sources) + len(more) > _MOST_SOURCES:
        return list(sources)
    completed = [*sources, *more]
    if not _is_all(own, reply):
        return completed
    return [_counted(each, table, len(own)) for each in completed]


def _is_all(own: Mapping[int, Passage], reply: RetrievePassagesResponse) -> bool:
    """Tell whether a document has no other passages. One that half a search lacks leaves no gap."""
    return (
        not reply.degradations
        and len(reply.passages) < _DOCUMENT_PASSAGES
        and set(own) == set(range(len(own)))
    )


def _places_around(table: Passage, found: Mapping[int, Passage]) -> Iterable[int]:
    """Return the positions that were found from the one before the table to the one after it."""
    kinds = _kinds(table)
    ends: list[int] = []
    for step in (-1, 1):
        place = table.position + step
        while place in found and _kinds(found[place]) & kinds:
            place += step
        ends.append(place)
    return (place for place in range(ends[0], ends[1] + 1) if place in found)


def _counted(source: Source, table: Passage, count: int) -> Source:
    """Return a source with the number of passages of its document, if it is that of the table."""
    if source.passage.document_id != table.document_id:
        return source
    counted = Source()
    counted.CopyFrom(source)
    counted.document_passage_count = count
    return counted
