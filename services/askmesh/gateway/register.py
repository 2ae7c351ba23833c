"""The answers that a gateway knows, and how long it keeps those that ended."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.errors import NotFoundError
from askmesh.gateway.answers import Answer


class Register:
    """Finds answers."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}
        self._by_request: dict[tuple[str, str], Answer] = {}

    def add(self, answer: Answer) -> None:
        """Know an answer from now on."""
        self._answers[answer.answer_id] = answer
        if answer.request_id:
            self._by_request[answer.asker, answer.request_id] = answer

    def forget(self, answer: Answer) -> None:
        """Know an answer no longer, if it is known: another one may have its id by now."""
        if self._answers.get(answer.answer_id) is answer:
            del self._answers[answer.answer_id]
        request = answer.asker, answer.request_id
        if self._by_request.get(request) is answer:
            del self._by_request[request]

    def get(self, answer_id: str) -> Answer | None:
        """Return an answer, whosever it is."""
        return self._answers.get(answer_id)

    def find(self, asker: str, answer_id: str) -> Answer:
        """Return an answer. Raise `NotFoundError` if this asker has no such one."""
        answer = self._answers.get(answer_id)
        if answer is None or answer.asker != asker:
            raise NotFoundError(
                "ANSWER_UNKNOWN", "There is no such answer, or no longer", field="answer_id"
            )
        return answer

    def of_request(self, asker: str, question: StreamAnswerRequest) -> Answer | None:
        """Return the answer that this request has started, if it has.

        None too if that one has failed or was given up because nobody followed it. Raise
        `AlreadyExistsError` if it was another question.
        """
        known = self._by_request.get((asker, question.request_id))
        if known is None or known.repeatable:
            return None
        known.require_question(question)
        return known


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
        """Keep an answer that ended just now.

        One may be kept twice: it joined a making that had ended and was not yet settled.
        """
        if answer.forgetting is not None:
            return
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
