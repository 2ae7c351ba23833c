"""A second search, for questions that describe a thing by what has to be found first.

"Who leads the team that maintains Kelp?" needs the team's name before it can be searched.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.summarization.v1.summarization_pb2 import Source
from askmesh.gateway.budget import Budget
from askmesh.gateway.progress import Progress
from askmesh.gateway.ranking import SourceRanking, merge_rankings
from askmesh.gateway.searching import Searching
from askmesh.text import is_question, lead_text, names, sentences, stems, units

_DESCRIBED = re.compile(
    r"\b(?:the|a|an)\s+(?P<kind>[\w-]+)(?P<between>(?: [\w-]+){0,2}?)\s+"
    r"(?P<clause>(?:that|which|who|whom|whose|where|in charge of|responsible for)\b[^?,;]+)",
    re.IGNORECASE,
)
_SHARE = 0.5
_READ_SOURCES = 4


@dataclass(frozen=True, slots=True)
class Bridge:
    """What is described, and the question with its name instead."""

    described: str
    asked: str


def bridge(question: str, sources: Sequence[Source]) -> Bridge | None:
    """Return the question with the name that the sources give to what it describes.

    None if nothing is described, or if the best place for the description has no other name.
    """
    match = _DESCRIBED.search(question) if "? " not in question else None
    wanted = stems(match["clause"]) if match else frozenset[str]()
    if match is None or not wanted:
        return None
    named = [
        (len(stems(said) & wanted), name)
        for source in sources[:_READ_SOURCES]
        for said in _statements(source)
        for name in _other_names(said, question)[:1]
    ]
    shared, name = max(named, key=lambda each: each[0], default=(0, ""))
    if shared < _SHARE * len(wanted):
        return None
    asked = f"{question[: match.start()]}{name}{match['between']}{question[match.end() :]}"
    return Bridge(f"{match['kind']} {match['clause']}", " ".join(asked.split()))


class Bridging:
    """Searches and ranks again with what was found."""

    def __init__(self, searching: Searching, ranking: SourceRanking, *, sources: int) -> None:
        self._searching = searching
        self._ranking = ranking
        self._sources = sources

    async def widened(
        self,
        found: Bridge,
        sources: Sequence[Source],
        passage_filter: Filter,
        budget: Budget,
        progress: Progress,
    ) -> list[Source]:
        """Return the sources with those of the second search, in turn."""
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(
                self._searching.search(found.asked, passage_filter, budget, progress)
            )
            again = await self._searching.search_all(
                first, [found.asked], [passage_filter], budget, progress
            )
        ranked = await self._ranking.rank(again, budget, progress)
        return merge_rankings([sources, ranked], limit=self._sources)


def _statements(source: Source) -> list[str]:
    """Return the units of a source, each after the sentence that it leans on."""
    text = source.passage.text
    return [
        f"{lead_text(text, unit)} {text[unit.start : unit.end]}"
        for unit in units(text)
        if not is_question(text[unit.start : unit.end])
    ]


def _other_names(said: str, question: str) -> list[str]:
    """Return the names of a statement, surer ones first, that share no word with the question."""
    asked = stems(question)
    plain = " | ".join(cell.partition(": ")[2] or cell for cell in said.split(" | "))
    opening = (names(f"see {plain[one.start : one.end]}") for one in sentences(plain))
    found = [*names(plain), *chain.from_iterable(opening)]
    return [name for name in found if stems(name) and not stems(name) & asked]
