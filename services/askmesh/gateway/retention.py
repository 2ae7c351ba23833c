"""Answers that are kept for a while after their end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from askmesh.gateway.answers import Answer


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
        self._bytes += answer.size_bytes
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
        self._bytes -= answer.size_bytes
        if answer.forgetting is not None:
            answer.forgetting.cancel()
        self._forget(answer)
