"""Questions as they come in: admitted, recorded, and their answers followed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.gateway.admission import Admission
from askmesh.gateway.answers import Answer
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.journal import AnswerJournal
from askmesh.gateway.keys import asker_of
from askmesh.gateway.others import Others
from askmesh.identity import Caller


class Reception:
    """Takes questions, and gives, resumes and ends their answers, if it can be recorded."""

    def __init__(
        self, admission: Admission, others: Others, desk: AnswerDesk, journal: AnswerJournal
    ) -> None:
        self._admission = admission
        self._others = others
        self._desk = desk
        self._journal = journal

    async def ask(
        self, caller: Caller, question: StreamAnswerRequest
    ) -> AsyncGenerator[Sequence[bytes]]:
        """Admit a question that is valid, and yield what `AnswerDesk.follow` does."""
        self._journal.require()
        answer = await self._admission.admit(caller, question)
        self._journal.asked(caller, answer.answer_id, question.question)
        async with aclosing(self._follow(caller, answer, ())) as batches:
            async for batch in batches:
                yield batch

    async def resume(
        self, caller: Caller, answer_id: str, after_sequence: int
    ) -> AsyncGenerator[Sequence[bytes]]:
        """Yield what follows a sequence; raise as `AnswerDesk.find` does."""
        self._journal.require()
        await self._others.bring(asker_of(caller), answer_id, after_sequence)
        answer = self._desk.find(asker_of(caller), answer_id, after_sequence)
        self._journal.resumed(caller, answer_id)
        told = answer.log.events[:after_sequence]
        async with aclosing(self._follow(caller, answer, told)) as batches:
            async for batch in batches:
                yield batch

    async def cancel(self, caller: Caller, answer_id: str) -> bool:
        """End an answer, wherever it is made; return whether it was running."""
        self._journal.require()
        cancelled = await self._others.cancel(asker_of(caller), answer_id)
        self._journal.cancelled(caller, answer_id)
        return cancelled

    def _follow(
        self, caller: Caller, answer: Answer, told: Sequence[bytes]
    ) -> AsyncGenerator[Sequence[bytes]]:
        """Yield the batches of events that follow those that were told."""
        batches = self._desk.follow(answer, len(told))
        return self._journal.watched(batches, caller, answer.answer_id, told)
