"""What a question shares with equal ones, and the answer that it gets."""

from functools import partial

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.caching import Flights
from askmesh.gateway.answers import Answer, Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.keys import answer_key, asked_by, asker_of, documents_key
from askmesh.gateway.others import Others
from askmesh.gateway.ports import AnswerMemory, Revisions, SeenDocuments
from askmesh.identity import Caller
from askmesh.resilience import Priority, current_priority


class Admission:
    """Admit questions; equal ones about the same documents share one answer.

    So do those of others, if they may read the same.
    """

    def __init__(
        self,
        desk: AnswerDesk,
        others: Others,
        memory: AnswerMemory,
        revisions: Revisions,
        *,
        edition: str,
    ) -> None:
        """`edition` says what else an answer depends on: models, settings, version."""
        self._desk = desk
        self._others = others
        self._meeting = Meeting(desk, others, memory)
        self._revisions = revisions
        self._edition = edition

    async def admit(self, caller: Caller, question: StreamAnswerRequest) -> Answer:
        """Return the answer of a question; see `AnswerDesk.admit`."""
        asker = asker_of(caller)
        if known := self._desk.known(asker, question):
            return known
        asked = self._revisions.current(caller)  # while others are asked for the request
        if known := await self._others.of_request(asker, question):
            return known
        answer = await self._start(caller, question, await asked)
        with self._desk.followed(answer.making):  # who leaves meanwhile has abandoned it
            await self._others.announce(answer)
        return answer

    async def _start(
        self, caller: Caller, question: StreamAnswerRequest, seen: SeenDocuments | None
    ) -> Answer:
        if seen is None:  # nobody knows what an equal question would be answered from
            async with self._desk.places.reserved():
                return self._desk.admit(asker_of(caller), question)
        documents = documents_key(seen.revision, seen.permissions)
        key = answer_key(caller.tenant, documents, asked_by(question, edition=self._edition))
        return await self._meeting.admit(asker_of(caller), question, key)


class Meeting:
    """Gives questions of the same key the same making, whichever gateway they come to."""

    def __init__(self, desk: AnswerDesk, others: Others, memory: AnswerMemory) -> None:
        self._desk = desk
        self._others = others
        self._memory = memory
        self._flights: Flights[tuple[str, Priority], Making] = Flights(self._leave)
        self._meetings: Flights[tuple[str, str], Making] = Flights(self._leave)

    async def admit(self, asker: str, question: StreamAnswerRequest, key: str) -> Answer:
        """Return the answer of a question; see `AnswerDesk.admit`."""
        making = self._desk.making_of(key)
        if making is None:
            made = partial(self._making, question, key)  # people wait for no place of a batch
            making = await self._flights.join((key, current_priority()), made)
        return self._desk.known(asker, question) or self._desk.join(asker, question, making)

    def _leave(self, making: Making) -> None:
        """Stop what was begun for callers who left before they had an answer of it."""
        if not (making.answers or making.is_elsewhere):
            self._desk.stop(making)

    async def _making(self, question: StreamAnswerRequest, key: str) -> Making:
        """Return what is kept for a key, or is made now, or is begun for it."""
        ended, place = "", self._memory.place(key, question)
        while True:
            if kept := await self._kept(place):
                return kept
            async with self._desk.places.reserved():
                if overtaken := await self._overtaken(key, place):
                    return overtaken
                met = partial(self._met, question, key, ended)
                making = await self._meetings.join((key, ended), met)
            if not making.log.ended:
                return making
            ended = making.making_id  # what it was worth keeping is kept by now

    async def _kept(self, place: str) -> Making | None:
        kept = await self._memory.find(place)
        return None if kept is None else self._desk.running.recalled(place, kept)

    async def _overtaken(self, key: str, place: str) -> Making | None:
        """Return what people asked for and are given, or were, while a batch waited for it."""
        if current_priority() is not Priority.BATCH:
            return None
        making = self._desk.making_of(key)
        return making if making and not making.log.ended else await self._kept(place)

    async def _met(self, question: StreamAnswerRequest, key: str, ended: str) -> Making:
        """Return what is made for a key by now, or is begun: for people and for batches alike."""
        known = self._desk.making_of(key)
        if known is not None and not known.log.ended:
            return known
        making = await self._others.meet(question, key, instead_of=ended)
        if making.is_elsewhere and not making.log.ended:
            self._others.share(making)
        return making
