"""What callers may read of the documents that searches see."""

from dataclasses import dataclass

from askmesh.passages import AccessList, Filter, Readable, readable_by
from askmesh.search import KeywordSearch, VectorSearch

MAX_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of a tenant who may read what access lists say, or everything."""

    tenant: str
    principals: frozenset[str]
    reads_all: bool


class Permissions:
    """Finds out what somebody may read, once for each set of access lists that there are."""

    def __init__(self, vectors: VectorSearch) -> None:
        self._vectors = vectors
        self._known: dict[Reader, tuple[frozenset[AccessList], Readable]] = {}

    async def of(self, reader: Reader) -> Readable | None:
        """Return what somebody may read now; None if that is everything, whatever there will be."""
        if reader.reads_all:
            return None
        lists = await self._vectors.access_lists(reader.tenant)
        known = self._known.get(reader)
        if known is None or (known[0] is not lists and known[0] != lists):
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            known = self._known[reader] = lists, readable_by(reader.principals, lists)
        return known[1]


class ReadableCounts:
    """How many passages may be read: each question asks, so they are counted once."""

    def __init__(self, keywords: KeywordSearch) -> None:
        self._keywords = keywords
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    async def of(self, tenant: str, revision: int, readable: Readable | None) -> int:
        """Return how many of a tenant's passages may be read, of documents of a revision."""
        place = tenant, name_of(readable)
        known = self._known.get(place)
        if known is None or known[0] != revision:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            count = await self._keywords.count(tenant, Filter(readable=readable))
            known = self._known[place] = revision, count
        return known[1]


def name_of(readable: Readable | None) -> str:
    """Return a name that is the same for whoever may read the same; empty for everything."""
    return "" if readable is None else readable.digest
