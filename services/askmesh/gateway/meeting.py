"""Equal questions at the same time, or soon after each other."""

from functools import partial

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.caching import Flights
from askmesh.gateway.answers import Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.others import Others
from askmesh.gateway.ports import AnswerMemory


class Meeting:
    """Gives questions of the same key the same making, whichever gateway they come to."""

    def __init__(self, desk: AnswerDesk, others: Others, memory: AnswerMemory) -> None:
        self._desk = desk
        self._others = others
        self._memory = memory
        self._flights: Flights[str, Making] = Flights()

    async def admit(self, tenant: str, question: StreamAnswerRequest, key: str) -> str:
        """Return the id of an answer; see `AnswerDesk.admit`."""
        making = self._desk.making_of(key)
        if making is None:
            making = await self._flights.join(key, partial(self._making, question, key))
        return self._desk.known(tenant, question) or self._desk.join(tenant, question, making)

    async def _making(self, question: StreamAnswerRequest, key: str) -> Making:
        """Return what is kept for a key, or is made now, or is begun for it."""
        ended = ""
        while True:
            kept = await self._memory.find(key)
            if kept is not None:
                return self._desk.running.recalled(question, key, kept)
            making = await self._others.meet(question, key, instead_of=ended)
            if not making.log.ended:
                break
            ended = making.making_id  # what it was worth keeping is kept by now
        if making.is_elsewhere:
            self._others.share(making)
        return making
