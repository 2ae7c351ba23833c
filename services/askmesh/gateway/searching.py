"""Finding passages for a question: its searches, and what they found together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from askmesh.api.common.v1.answer_pb2 import DEGRADATION_REASON_SEARCH_INCOMPLETE, Degradation
from askmesh.api.common.v1.passage_pb2 import Filter, Passage
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    RetrievePassagesRequest,
    RetrievePassagesResponse,
)
from askmesh.errors import AskmeshError, OverloadedError, UnavailableError
from askmesh.gateway.budget import Budget
from askmesh.gateway.ports import Neighbours
from askmesh.gateway.progress import Progress
from askmesh.gateway.turns import in_turn, once
from askmesh.text import spelt_out

SearchReply = RetrievePassagesResponse | AskmeshError
"""What became of one search. A failed search must not end those beside it."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A query, the passages found for it, and which of them a guessed filter admits.

    Those admitted come first, the rest follows. `corrected` is the query without its misspellings,
    with what its abbreviations stand for.
    """

    query: str
    corrected: str
    passages: tuple[Passage, ...]
    admitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What the searches for a question found, that for the question itself first.

    `collection_passage_count` is how many passages there are whatever the filter.
    """

    searches: tuple[Searched, ...]
    indexed_revision: int
    collection_passage_count: int
    degradations: tuple[Degradation, ...]

    def corrected(self, query: str) -> str:
        """Return a query as it should be read."""
        return next((each.corrected for each in self.searches if each.query == query), query)

    @property
    def passages(self) -> list[Passage]:
        """Each passage once: the best of each search in turn, then the second of each."""
        return once(in_turn([search.passages for search in self.searches]), key=passage_id)


class Searching:
    """Searches, side by side, for a question and its parts.

    A filter that was guessed from the question's words is a boost, never a veto: each query is
    searched with it and without it.
    """

    def __init__(self, neighbours: Neighbours, *, page_size: int) -> None:
        self._neighbours = neighbours
        self._page_size = page_size

    async def search(
        self, query: str, passage_filter: Filter, budget: Budget, progress: Progress
    ) -> SearchReply:
        """Return what one search found, or why it failed."""
        request = RetrievePassagesRequest(
            query=query, page_size=self._page_size, filter=passage_filter
        )
        try:
            with progress.stage("retrieval"):
                seconds = budget.retrieval_seconds
                found = await self._neighbours.retrieve(request, seconds=seconds)
        except AskmeshError as error:
            return error
        if progress.permissions is None:
            progress.permissions = found.permissions
        return found if found.permissions == progress.permissions else _changed()

    async def search_all(
        self,
        first: asyncio.Task[SearchReply],
        queries: Sequence[str],
        filters: Sequence[Filter],
        budget: Budget,
        progress: Progress,
    ) -> Found:
        """Return what all searches find: `first` is that for the first query and the first filter.

        The second filter, if there is one, is the guessed one. Fails if every search fails.
        """
        async with asyncio.TaskGroup() as tasks:
            made = [
                first
                if not (number or place)
                else tasks.create_task(self.search(query, passage_filter, budget, progress))
                for number, query in enumerate(queries)
                for place, passage_filter in enumerate(filters)
            ]
            await first
        replies = [task.result() for task in made]
        return _found(queries, [replies[n :: len(filters)] for n in range(len(filters))])


def _changed() -> UnavailableError:
    """Return the error of a search that went by other permissions than the one before."""
    return UnavailableError("PERMISSIONS_CHANGED", "what may be read has changed meanwhile")


def passage_id(passage: Passage) -> str:
    """Return the id of a passage."""
    return passage.passage_id


def _found(queries: Sequence[str], by_filter: Sequence[Sequence[SearchReply]]) -> Found:
    replies = [reply for replies in by_filter for reply in replies]
    responses = [reply for reply in replies if not isinstance(reply, AskmeshError)]
    failures = [reply for reply in replies if isinstance(reply, AskmeshError)]
    if not responses:
        raise failures[0]
    searches = [
        search
        for query, *answers in zip(queries, *by_filter, strict=True)
        if (search := _searched(query, answers)) is not None
    ]
    return Found(
        tuple(searches),
        min(response.indexed_revision for response in responses),
        max(response.collection_passage_count for response in responses),
        _degradations(responses, failures),
    )


def _searched(query: str, replies: Sequence[SearchReply]) -> Searched | None:
    """Return what was found for one query, without and perhaps with the guessed filter."""
    plain, guessed = (
        [reply for reply in some if not isinstance(reply, AskmeshError)]
        for some in (replies[:1], replies[1:])
    )
    if not (plain or guessed):
        return None
    corrected = next((each.corrected_query for each in plain if each.corrected_query), query)
    admitted = [found.passage for reply in guessed for found in reply.passages]
    rest = [found.passage for reply in plain for found in reply.passages]
    passages = once(chain(admitted, rest), key=passage_id)
    corrected = spelt_out(corrected, (f"{each.title}\n{each.text}" for each in passages))
    return Searched(query, corrected, tuple(passages), frozenset(map(passage_id, admitted)))


def _degradations(
    responses: Sequence[RetrievePassagesResponse], failures: Sequence[AskmeshError]
) -> tuple[Degradation, ...]:
    told = [each for response in responses for each in response.degradations]
    if failures:
        told.append(
            Degradation(
                reason=DEGRADATION_REASON_SEARCH_INCOMPLETE,
                detail=failures[0].message,
                for_want_of_room=any(isinstance(each, OverloadedError) for each in failures),
            )
        )
    return tuple(once(told, key=lambda each: (each.reason, each.detail)))


def with_guess(own: Filter, guess: Filter) -> list[Filter]:
    """Return the filters to search with: that of the request and, if it differs, the narrower one.

    Conditions of the request win over those guessed. The two times are one condition: a range is
    never made of both filters.
    """
    narrower = Filter()
    narrower.CopyFrom(own)
    for name, value in guess.ListFields():
        match name.name:
            case "sources" | "document_ids" if not getattr(own, name.name):
                getattr(narrower, name.name).extend(value)
            case "modified_after_time" | "modified_before_time" if not _has_time(own):
                getattr(narrower, name.name).CopyFrom(value)
            case "attributes":
                narrower.attributes.update({**value, **own.attributes})
            case _:
                pass
    return [own] if narrower == own else [own, narrower]


def _has_time(passage_filter: Filter) -> bool:
    return passage_filter.HasField("modified_after_time") or passage_filter.HasField(
        "modified_before_time"
    )
