"""What callers may read of the documents that searches see."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from askmesh.caching import Flights
from askmesh.passages import AccessList, Filter, Readable, readable_by
from askmesh.search import KeywordSearch

ListsOf: TypeAlias = Callable[[str], Awaitable[Mapping[str, AccessList]]]
"""Returns the access lists of a tenant by their keys, the same object until one comes or goes."""

MAX_KNOWN = 10_000
GENERATIONS = 8
"""How many sets of a tenant's lists, one after the other, are kept to find out what has changed."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of a tenant who may read what access lists say, or everything."""

    tenant: str
    principals: frozenset[str]
    reads_all: bool


@dataclass(frozen=True, slots=True)
class Permitted:
    """What somebody may read, and a name that is the same for whoever may read the same.

    Both are empty for everything, whatever there will be.
    """

    readable: Readable | None
    name: str


EVERYTHING = Permitted(None, "")


@dataclass(slots=True, eq=False)
class _Generation:
    """What readers may read of documents with these lists; names of it have a secret."""

    lists: Mapping[str, AccessList]
    secret: str
    permitted: dict[Reader, Permitted] = field(default_factory=dict[Reader, Permitted])


class Permissions:
    """Finds out what somebody may read, once for each set of access lists that there are.

    Where lists come and go, only those are looked at. That takes milliseconds where there are
    thousands, so a thread does it.
    """

    def __init__(self, lists_of: ListsOf, secret: Callable[[], str]) -> None:
        """`secret` returns what all replicas know, and no caller: names depend on it."""
        self._lists_of = lists_of
        self._secret = secret
        self._known: dict[str, deque[_Generation]] = {}
        self._flights: Flights[tuple[Reader, int], Permitted] = Flights()

    async def of(self, reader: Reader) -> Permitted:
        """Return what somebody may read now."""
        if reader.reads_all:
            return EVERYTHING
        lists = await self._lists_of(reader.tenant)
        newest = self._newest(reader.tenant, lists)
        known = newest.permitted.get(reader)
        if known is None:  # as long as it is looked at, no other generation has its number
            look = partial(self._look, reader, newest, self._earlier(reader))
            known = await self._flights.join((reader, id(newest)), look)
        return known

    def _newest(self, tenant: str, lists: Mapping[str, AccessList]) -> _Generation:
        secret = self._secret()
        generations = self._known.setdefault(tenant, deque(maxlen=GENERATIONS))
        if generations and generations[-1].secret != secret:
            generations.clear()
        if not generations or generations[-1].lists is not lists:
            generations.append(_Generation(lists, secret))
        return generations[-1]

    def _earlier(self, reader: Reader) -> _Generation | None:
        """Return when it was known last what somebody may read, if that is not long ago."""
        generations = reversed(self._known[reader.tenant])
        return next((each for each in generations if reader in each.permitted), None)

    async def _look(
        self, reader: Reader, newest: _Generation, earlier: _Generation | None
    ) -> Permitted:
        found = await asyncio.to_thread(_permitted, reader, newest, earlier)
        if len(newest.permitted) >= MAX_KNOWN:
            newest.permitted.clear()
        newest.permitted[reader] = found
        return found


class ReadableCounts:
    """How many passages may be read: each question asks, so they are counted once."""

    def __init__(self, keywords: KeywordSearch) -> None:
        self._keywords = keywords
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    async def of(self, tenant: str, revision: int, permitted: Permitted) -> int:
        """Return how many of a tenant's passages may be read, of documents of a revision."""
        place = tenant, permitted.name
        known = self._known.get(place)
        if known is None or known[0] != revision:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            count = await self._keywords.count(tenant, Filter(readable=permitted.readable))
            known = self._known[place] = revision, count
        return known[1]


def _permitted(reader: Reader, newest: _Generation, earlier: _Generation | None) -> Permitted:
    lists, before = newest.lists, earlier and earlier.permitted.get(reader)
    if not (earlier and before and before.readable):
        return _named(readable_by(reader.principals, lists), newest.secret)
    new = {key: lists[key] for key in lists.keys() - earlier.lists.keys()}
    still = before.readable.lists.intersection(lists)
    readable = Readable(reader.principals, still | readable_by(reader.principals, new).lists)
    return before if readable == before.readable else _named(readable, newest.secret)


def _named(readable: Readable, secret: str) -> Permitted:
    return Permitted(readable, readable.name(secret))
