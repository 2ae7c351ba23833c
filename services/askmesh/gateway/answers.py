"""Answers as the desk knows them, and those that it keeps after their end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.errors import AlreadyExistsError
from askmesh.gateway.event_log import MemoryEventLog
from askmesh.gateway.progress import Progress


@dataclass(slots=True, eq=False)
class Answer:
    """One answer, in the making or ended.

    `fingerprint` is that of its question. A repeatable one has failed or was given up: its request
    may be asked again.
    """

    answer_id: str
    tenant: str
    request_id: str
    fingerprint: bytes
    log: MemoryEventLog
    progress: Progress
    task: asyncio.Task[None] | None = None
    repeatable: bool = False
    followers: int = 0
    abandonment: asyncio.TimerHandle | None = None
    forgetting: asyncio.TimerHandle | None = None

    def require_question(self, question: StreamAnswerRequest) -> None:
        """Raise `AlreadyExistsError` if this is the answer of another question."""
        if self.fingerprint != fingerprint(question):
            raise AlreadyExistsError(
                "REQUEST_ID_REUSED",
                "request_id belongs to another question: choose a new one for each question",
                field="request_id",
            )


@dataclass(frozen=True, slots=True)
class RetentionLimits:
    """How many answers that have ended are kept, how large together, and for how long."""

    answers: int
    total_bytes: int
    seconds: float


class EndedAnswers:
    """Keeps answers for a while after their end; the oldest go first when there are too many."""

    def __init__(self, limits: RetentionLimits, forget: Callable[[Answer], None]) -> None:
        """`forget` is called with each answer that is kept no longer."""
        self._limits = limits
        self._forget = forget
        self._answers: dict[str, Answer] = {}
        self._bytes = 0

    def keep(self, answer: Answer) -> None:
        """Keep an answer that ended just now."""
        self._answers[answer.answer_id] = answer
        self._bytes += answer.log.size_bytes
        loop = asyncio.get_running_loop()
        answer.forgetting = loop.call_later(self._limits.seconds, self._drop, answer)
        while self._too_much:
            self._drop(next(iter(self._answers.values())))

    @property
    def _too_much(self) -> bool:
        too_many = len(self._answers) > self._limits.answers
        return too_many or self._bytes > self._limits.total_bytes

    def _drop(self, answer: Answer) -> None:
        del self._answers[answer.answer_id]
        self._bytes -= answer.log.size_bytes
        if answer.forgetting is not None:
            answer.forgetting.cancel()
        self._forget(answer)


def fingerprint(question: StreamAnswerRequest) -> bytes:
    """Return what tells questions apart, smaller than a conversation."""
    return sha256(question.SerializeToString(deterministic=True)).digest()
