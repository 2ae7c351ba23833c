"""The answers that this gateway is making, and those that it made lately."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager, aclosing

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_CANCELLED
from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.gateway.answering import Answering
from askmesh.gateway.answers import Answer, Making, fingerprint
from askmesh.gateway.keys import permissions_of
from askmesh.gateway.limits import DeskLimits
from askmesh.gateway.places import Places
from askmesh.gateway.ports import AnswerMemory, Observer, Tracer
from askmesh.gateway.register import EndedAnswers, Register
from askmesh.gateway.running import Running
from askmesh.gateway.telling import LOOKUPS, traced


class AnswerDesk:
    """Admit questions, run their answers to the end, and let clients follow and cancel them.

    An answer outlives the connection that asked: a client that disconnects can come back. Its
    deadline is that of the call that asked. One that nobody follows is cancelled after a while, or
    as soon as its place is needed. Questions of the same key share one making.
    """

    def __init__(
        self,
        answering: Answering,
        memory: AnswerMemory,
        tasks: asyncio.TaskGroup,
        *,
        limits: DeskLimits,
        observer: Observer,
        tracer: Tracer,
        new_id: Callable[[], str],
        may_repeat: Callable[[], bool],
        writing_seconds: Callable[[int], float] = lambda _: 0.0,
    ) -> None:
        """`may_repeat` says whether an answer that broke off may be begun again; see `Places`."""
        self.limits = limits
        self._observer = observer
        self._tracer = tracer
        self.new_id = new_id
        self.register = Register()
        self._flights: dict[str, Making] = {}
        self.running = Running(
            answering,
            memory,
            tasks,
            answer_seconds=limits.answer_seconds,
            retry_seconds=limits.retry_seconds,
            settle=self._settle,
            may_repeat=may_repeat,
        )
        self.places = Places(
            limits.places,
            limits.abandoned_seconds,
            observer,
            give_up=self._give_up,
            on_change=observer.set_active_answers,
            writing_seconds=writing_seconds,
        )
        self._ended = EndedAnswers(limits.retention, self.register.forget)

    @property
    def active_count(self) -> int:
        """Return how many answers are being made."""
        return len(self.places.taken)

    def known(self, asker: str, question: StreamAnswerRequest) -> Answer | None:
        """Return the answer that this request has started; see `Register.of_request`."""
        return self.register.of_request(asker, question)

    def making_of(self, key: str) -> Making | None:
        """Return what is being made for a key, here or elsewhere."""
        return self._flights.get(key)

    def admit(self, asker: str, question: StreamAnswerRequest) -> Answer:
        """Start the answer of a question, for its request alone, and return it.

        A repeated request id returns the answer that it started, see `known`. Raise
        `OverloadedError` if there is no room.
        """
        return self.known(asker, question) or self.join(asker, question, self.start(question))

    def start(self, question: StreamAnswerRequest, key: str = "", making_id: str = "") -> Making:
        """Start to make an answer. Raise `OverloadedError` if there is no room."""
        place = self.places.require_place()
        making = self.running.start(question, key, making_id)
        self.places.take(making, place)
        if key:
            self._flights[key] = making
        return making

    def share(self, making: Making) -> None:
        """Let the questions of its key join a making of another gateway."""
        self._flights[making.key] = making

    def join(self, asker: str, question: StreamAnswerRequest, making: Making) -> Answer:
        """Give a question an answer of a making, and return it.

        One that has ended may be forgotten at once, for want of room: its asker has it here.
        """
        status, asked = making.status(question), fingerprint(question)
        answer_id = making.id_of(self.new_id(), status)
        answer = Answer(
            *(answer_id, asker, question.request_id, asked, making, making.log, status),
            permissions=None if making.is_made_for(asker, status) else permissions_of(making.key),
        )
        making.making_id = making.making_id or answer.answer_id
        making.answers.append(answer)
        self.register.add(answer)
        if making.key:
            self._observer.count_cache_lookup("answer", LOOKUPS[status])
        if making.log.ended:
            self._ended.keep(answer)
        return answer

    def followed(self, making: Making) -> AbstractContextManager[None]:
        """Know that somebody follows a making for the time of a block."""
        return self.places.followed(making)

    def find(self, asker: str, answer_id: str, sequence: int) -> Answer:
        """Return an answer that has so many events.

        Raise `NotFoundError` if this asker has no such answer, `OutOfRangeError` if the answer has
        no such event.
        """
        answer = self.register.find(asker, answer_id)
        answer.log.require_event(sequence)
        return answer

    async def follow(
        self, answer: Answer, after_sequence: int = 0
    ) -> AsyncGenerator[Sequence[bytes]]:
        """Yield the events of an answer after a sequence, until its end, and none in silence.

        Raise the answer's own failure. Whoever has the answer may read it, be it forgotten or not.
        """
        self._tracer.annotate(traced(answer))
        silence = self.limits.heartbeat_seconds
        with self.places.followed(answer.making):
            async with aclosing(answer.follow(after_sequence, heartbeat_seconds=silence)) as events:
                async for batch in events:
                    yield batch

    def cancel(self, asker: str, answer_id: str) -> bool:
        """End an answer at once; return whether it was running. Others of its making go on."""
        answer = self.register.find(asker, answer_id)
        if answer.log.ended:
            return False
        if answer.making.answers == [answer]:
            return self.stop(answer.making)
        self.part(answer)
        return True

    def part(self, answer: Answer) -> None:
        """End one answer of a making that goes on."""
        answer.leave()
        answer.log.append(answer.making.progress.completion(ANSWER_OUTCOME_CANCELLED))
        answer.log.end()
        self._ended.keep(answer)

    def cancel_all(self) -> None:
        """End all answers at once, for the end of the service."""
        for making in self.places.taken:
            self.stop(making)

    def take_over(self, making: Making) -> None:
        """Go on with a making that was another gateway's."""
        making.is_elsewhere = False
        self.places.take(making)
        self.running.take_over(making)

    def stop(self, making: Making) -> bool:
        """Cancel a making; its place is free from now on."""
        cancelled = making.task is not None and making.task.cancel()
        self._leave(making)
        return cancelled

    def _settle(self, making: Making, task: asyncio.Task[None]) -> None:
        self._leave(making)
        if task.cancelled() and not making.log.ended:  # perhaps before it ran at all
            self._observer.count_cancellation()
            making.log.append(making.progress.completion(ANSWER_OUTCOME_CANCELLED))
            making.log.end()
        for answer in making.answers:
            self._ended.keep(answer)

    def _leave(self, making: Making) -> None:
        self.places.leave(making)
        if self._flights.get(making.key) is making:
            del self._flights[making.key]

    def _give_up(self, making: Making) -> None:
        """Cancel an answer that its client did not cancel, and so may ask for again."""
        making.repeatable = True
        self.stop(making)
