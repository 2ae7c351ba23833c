"""A crowd that reads documents at random, by every way, while their access lists change."""

import asyncio
from collections.abc import AsyncIterable, Callable, Coroutine, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import partial
from random import Random
from time import monotonic

from grpc.aio import AioRpcError

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from askmesh.api.retrieval.v1 import retrieval_pb2
from askmesh.identity import Caller, Role, acting_as
from askmesh.rpc import reason_of
from support.doors import Doors
from support.owner import SECONDS, Owner
from support.who_may_read import Judge, name_of, unheard_word, words_found, words_told

TENANT = "default"
HOT = 4
TOGETHER = 8
"""How many read or change at the same time."""

TRIES = 3
"""How often a change is tried: until it works, nobody knows who may read."""

_MODES = (
    retrieval_pb2.RETRIEVAL_MODE_HYBRID,
    retrieval_pb2.RETRIEVAL_MODE_KEYWORD,
    retrieval_pb2.RETRIEVAL_MODE_VECTOR,
)


class Crowd:
    """Users, some of them in groups, and documents that have one word each for themselves."""

    def __init__(
        self,
        doors: Sequence[Doors],
        ingestion: IngestionServiceStub,
        random: Random,
        *,
        users: int,
        groups: int,
        documents: int,
    ) -> None:
        self._doors = doors
        self._ingestion = ingestion
        self._random = random
        self._groups = [f"g{number}" for number in range(groups)]
        teams = [frozenset(random.sample(self._groups, number % 4)) for number in range(groups)]
        self._users = [
            Caller(TENANT, f"u{number}", random.choice(teams), frozenset({Role.READER}))
            for number in range(users)
        ]
        words = dict.fromkeys(unheard_word(random) for _ in range(documents * 2))
        self._words = list(words)[:documents]
        self.judge = Judge({word: number for number, word in enumerate(self._words)}, {})
        names = [user.user for user in self._users]
        self._owner = Owner(ingestion, random, self.judge, users=names, groups=self._groups)
        self.repeated = 0
        self.visible_seconds: list[float] = []

    async def begin(self) -> None:
        """Ingest all documents, each for some of the users."""
        await self._all(
            partial(self._until_done, partial(self._owner.ingest, number))
            for number in range(len(self._words))
        )
        await self._until_visible()

    async def round(self, *, changes: int, reads: int) -> None:
        """Change lists while some read; then read with nothing left to change."""
        changing = self._random.sample(range(len(self._words)), changes)
        self.judge.before = dict(self.judge.now)
        self.judge.changing = frozenset(changing)
        beside = [
            partial(self._until_done, partial(self._owner.change, number)) for number in changing
        ]
        beside += [partial(self._read)] * (reads // 4)
        self._random.shuffle(beside)
        await self._all(beside)
        await self._until_visible()
        self.judge.before, self.judge.changing = dict(self.judge.now), frozenset()
        await self._all([self._read] * (reads - reads // 4))

    async def _until_done(self, change: Callable[[], Coroutine[None, None, None]]) -> None:
        for _ in range(TRIES - 1):
            with self._failure_counted("change"):
                await change()
                return
        await change()

    @contextmanager
    def _failure_counted(self, what: str) -> Generator[None]:
        """Note that what somebody may do was refused or failed, and go on."""
        try:
            yield
        except AioRpcError as error:
            self.judge.failures.append(f"{what}: {error.code().name} {reason_of(error)}")

    async def _read(self) -> None:
        caller, count = self._random.choice(self._users), len(self._words)
        # Some documents are asked for again and again.
        number = self._random.randrange(self._random.choice([HOT, count]))
        ways = (self._ask, self._ask, self._search, self._misspell, self._look)
        way = self._random.choice(ways)
        with acting_as(caller), self._failure_counted(f"{way.__name__} by {caller.user}"):
            await way(self._random.choice(self._doors), caller, number)

    async def _ask(self, doors: Doors, caller: Caller, number: int) -> None:
        question = gateway_pb2.StreamAnswerRequest(question=f"Where is the {self._words[number]} ?")
        events = await self._events(lambda: doors.gateway.StreamAnswer(question, timeout=SECONDS))
        self.judge.told("ask", caller, words_told(events), number)
        self.repeated += events[-1].completed.cache_status != gateway_pb2.CACHE_STATUS_MISS
        after = self._random.randrange(len(events))
        request = gateway_pb2.ResumeAnswerRequest(
            answer_id=events[0].answer_id, after_sequence=after
        )
        other = self._random.choice(self._doors).gateway
        resumed = other.ResumeAnswer(request, timeout=SECONDS)
        try:
            rest = [each.event async for each in resumed if each.HasField("event")]
        except AioRpcError as error:
            self._note_changed(error)
            return
        self.judge.told("resume", caller, words_told(rest), None if after else number)

    async def _events(
        self, call: Callable[[], AsyncIterable[gateway_pb2.StreamAnswerResponse]]
    ) -> list[gateway_pb2.AnswerEvent]:
        """Return the events of an answer, which is asked for again if that is what it says."""
        while True:
            try:
                return [each.event async for each in call() if each.HasField("event")]
            except AioRpcError as error:
                self._note_changed(error)

    def _note_changed(self, error: AioRpcError) -> None:
        """Count an answer to be asked for again, or lost without Redis; raise other errors."""
        if reason_of(error) not in {"PERMISSIONS_CHANGED", "ANSWER_UNKNOWN"}:
            raise error
        self.judge.done["asked again"] += 1

    async def _search(self, doors: Doors, caller: Caller, number: int) -> None:
        mode = self._random.choice(_MODES)
        request = retrieval_pb2.RetrievePassagesRequest(query=self._words[number], mode=mode)
        found = await doors.retrieval.RetrievePassages(request, timeout=SECONDS)
        by_word = mode != retrieval_pb2.RETRIEVAL_MODE_VECTOR  # many words have the same vector
        self.judge.told("search", caller, words_found(found), number if by_word else None)
        self.judge.counted("count of a search", caller, found.collection_passage_count)

    async def _misspell(self, doors: Doors, caller: Caller, number: int) -> None:
        word = self._words[number]
        request = retrieval_pb2.RetrievePassagesRequest(
            query=f"Where is the {word[:4]}{word[5]}{word[4]}{word[6:]} ?"
        )
        found = await doors.retrieval.RetrievePassages(request, timeout=SECONDS)
        # Words are corrected where there is time for it: nothing else is wrong with none.
        self.judge.told("misspelt", caller, f"{found.corrected_query} {words_found(found)}")

    async def _look(self, doors: Doors, caller: Caller, number: int) -> None:
        listing = ingestion_pb2.ListDocumentsRequest(document_id_prefix=name_of(number)[:4])
        page = await self._ingestion.ListDocuments(listing, timeout=SECONDS)
        named = " ".join(self._words[int(each.document_id[1:6])] for each in page.documents)
        self.judge.told("list", caller, named, number)
        stored = await self._ingestion.GetCollectionStatus(
            ingestion_pb2.GetCollectionStatusRequest(), timeout=SECONDS
        )
        self.judge.counted("count of ingestion", caller, stored.document_count)
        indexed = await doors.retrieval.GetIndexStatus(
            retrieval_pb2.GetIndexStatusRequest(), timeout=SECONDS
        )
        self.judge.counted("count of an index", caller, indexed.passage_count)

    async def _until_visible(self) -> None:
        """Wait until every gateway answers from the newest documents."""
        begin, newest = monotonic(), self._owner.newest
        async with asyncio.timeout(SECONDS):
            for doors in self._doors:
                revision = 0
                while revision < newest:
                    with self._failure_counted("question for what is new"):
                        revision = await doors.revision_answered(newest)
        self.visible_seconds.append(monotonic() - begin)

    async def _all(self, work: Iterable[Callable[[], Coroutine[None, None, None]]]) -> None:
        waiting = iter(work)

        async def some() -> None:
            for each in waiting:
                await each()

        async with asyncio.TaskGroup() as workers:
            for _ in range(TOGETHER):
                workers.create_task(some())
