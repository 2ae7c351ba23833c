"""Answers as the desk knows them, and the making that equal ones share."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from contextvars import Context
from dataclasses import dataclass, field
from hashlib import sha256

from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_JOINED,
    CACHE_STATUS_MISS,
    CACHE_STATUS_SEMANTIC_HIT,
    AnswerEvent,
    CacheStatus,
    StreamAnswerRequest,
)
from askmesh.errors import AlreadyExistsError, UnavailableError
from askmesh.gateway.event_log import MemoryEventLog, follow
from askmesh.gateway.keys import permissions_of, recalled_id
from askmesh.gateway.progress import Progress
from askmesh.resilience import CallTime

KEPT = (CACHE_STATUS_EXACT_HIT, CACHE_STATUS_SEMANTIC_HIT)
"""The statuses of answers that come from where answers are kept."""

JOINED_BYTES = 1_000
"""About what an answer costs whose events are another one's."""


@dataclass(slots=True, eq=False)
class Answer:
    """What one request gets: the events of a making under an id of its own.

    `fingerprint` is that of its question, `permissions` what whoever asked may read; None for the
    one in whose name it is made.
    """

    answer_id: str
    asker: str
    request_id: str
    fingerprint: bytes
    making: "Making"
    log: MemoryEventLog
    cache_status: CacheStatus.ValueType = CACHE_STATUS_MISS
    permissions: str | None = None
    forgetting: asyncio.TimerHandle | None = None
    time: CallTime = field(default_factory=CallTime)
    _is_checked: bool = False
    _is_withheld: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether its request may be asked again."""
        return self._is_withheld or (self.log is self.making.log and self.making.repeatable)

    @property
    def joined(self) -> bool:
        """Whether it came to what was being made already."""
        return self.cache_status != CACHE_STATUS_MISS

    @property
    def size_bytes(self) -> int:
        """What it holds beside what others hold."""
        return self.log.size_bytes if self.cache_status == CACHE_STATUS_MISS else JOINED_BYTES

    def leave(self) -> None:
        """Part from the others: what is delivered stays, what follows is its own."""
        self.making.answers.remove(self)
        self.log = MemoryEventLog(self.making.log.events[: self.making.log.readable])
        self.making.log.wake()

    async def follow(
        self, after_sequence: int, *, heartbeat_seconds: float
    ) -> AsyncGenerator[Sequence[bytes]]:
        """Yield the events after a sequence, under this answer's id, and none in silence.

        A reader with more time than the one who asked gives it to the answer. Raise
        `UnavailableError` instead of what was found with other permissions.
        """
        self.time.lengthen()
        name = AnswerEvent(answer_id=self.answer_id).SerializeToString()
        events = follow(lambda: self.log, after_sequence, heartbeat_seconds=heartbeat_seconds)
        async with aclosing(events):
            async for batch in events:
                self._withhold()
                yield [name + self._labelled(event) for event in batch]

    def require_question(self, question: StreamAnswerRequest) -> None:
        """Raise `AlreadyExistsError` if this is the answer of another question."""
        if self.fingerprint != fingerprint(question):
            raise AlreadyExistsError(
                "REQUEST_ID_REUSED",
                "request_id belongs to another question: choose a new one for each question",
                field="request_id",
            )

    def _withhold(self) -> None:
        """Raise `UnavailableError` once sources were looked for with other permissions."""
        if self.permissions is None or self._is_checked:
            return
        found = (each.sources_found for each in self._told() if each.HasField("sources_found"))
        for sources in found:
            self._is_checked = sources.permissions == self.permissions
            self._is_withheld = not self._is_checked
        if self._is_withheld:
            raise UnavailableError(
                "PERMISSIONS_CHANGED",
                "what may be read has changed while the question was answered: please ask again",
            )

    def _told(self) -> Iterator[AnswerEvent]:
        return map(AnswerEvent.FromString, self.log.events)

    def _labelled(self, event: bytes) -> bytes:
        """Say in the last event where the answer comes from."""
        if self.cache_status == CACHE_STATUS_MISS or event is not self.log.events[-1]:
            return event
        read = AnswerEvent.FromString(event)
        if not read.HasField("completed"):
            return event
        read.completed.cache_status = self.cache_status
        if self.cache_status == CACHE_STATUS_SEMANTIC_HIT:
            read.completed.answered_question = self.making.question.question
        return read.SerializeToString()


@dataclass(slots=True, eq=False)
class Making:
    """The making of one answer, for all who asked the same while it lasts.

    A repeatable one has failed or was given up: its requests may be asked again. `next_status` is
    what the next answer says of where it comes from, `maker` in whose name it is made.
    """

    question: StreamAnswerRequest
    key: str
    log: MemoryEventLog
    progress: Progress
    making_id: str = ""
    maker: str = ""
    is_elsewhere: bool = False
    next_status: CacheStatus.ValueType = CACHE_STATUS_MISS
    answers: list[Answer] = field(default_factory=list[Answer])
    task: asyncio.Task[None] | None = None
    attempts: int = 0
    repeatable: bool = False
    followers: int = 0
    abandonment: asyncio.TimerHandle | None = None

    def is_made_for(self, asker: str, status: CacheStatus.ValueType) -> bool:
        """Tell whether it goes by what the asker of an answer of a status may read."""
        return not self.key or (status == CACHE_STATUS_MISS and self.maker == asker)

    def status(self, question: StreamAnswerRequest) -> CacheStatus.ValueType:
        """Return the status of one more answer: all but the first join."""
        status = self.next_status
        if status == CACHE_STATUS_EXACT_HIT and question.question != self.question.question:
            return CACHE_STATUS_SEMANTIC_HIT
        self.next_status = CACHE_STATUS_JOINED if status == CACHE_STATUS_MISS else status
        return status

    def id_of(self, new_id: str, status: CacheStatus.ValueType) -> str:
        """Return the id of one more answer of a status: of what is kept it says where."""
        if status not in KEPT:
            return new_id
        return recalled_id(new_id, self.key, other_words=status == CACHE_STATUS_SEMANTIC_HIT)

    def heir(self) -> Answer | None:
        """Return the answer with the most time, if it may be more than the maker had."""
        others = [
            answer
            for answer in self.answers
            if answer.asker != self.maker or answer.joined or answer.time.is_longer
        ]
        return max(others, key=lambda answer: answer.time.seconds_left, default=None)

    def inherited(self) -> Context | None:
        """Return in whose name a making goes on that is not any more for who asked first.

        None if nobody joined. From now on all get only what they may read.
        """
        heir = self.heir()
        if heir is None:
            return None
        self.maker = ""
        for answer in self.answers:
            answer.permissions = permissions_of(self.key)
        return heir.time.context.copy()


def fingerprint(question: StreamAnswerRequest) -> bytes:
    """Return what tells questions apart, smaller than a conversation."""
    return sha256(question.SerializeToString(deterministic=True)).digest()
