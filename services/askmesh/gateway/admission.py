"""What a question shares with others, and the answer that it gets."""

from hashlib import sha256

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.keys import answer_key
from askmesh.gateway.meeting import Meeting
from askmesh.gateway.others import Others
from askmesh.gateway.ports import AnswerMemory, Revisions


class Admission:
    """Admit questions; equal ones about the same documents share one answer."""

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

    async def admit(self, tenant: str, question: StreamAnswerRequest) -> str:
        """Return the id of the answer of a question; see `AnswerDesk.admit`."""
        if known := self._desk.known(tenant, question):
            return known
        asked = self._revisions.current(tenant)  # while others are asked for the request
        if known := await self._others.of_request(tenant, question):
            return known
        answer_id = await self._start(tenant, question, await asked)
        await self._others.announce(self._desk.register.find(tenant, answer_id))
        return answer_id

    async def _start(self, tenant: str, question: StreamAnswerRequest, revision: int | None) -> str:
        if revision is None:  # nobody knows what an equal question would be answered from
            return self._desk.admit(tenant, question)
        key = self._key(tenant, question, revision)
        return await self._meeting.admit(tenant, question, key)

    def _key(self, tenant: str, question: StreamAnswerRequest, revision: int) -> str:
        anonymous = StreamAnswerRequest()
        anonymous.CopyFrom(question)
        anonymous.ClearField("request_id")
        asked = self._edition.encode() + anonymous.SerializeToString(deterministic=True)
        return answer_key(tenant, revision, sha256(asked).hexdigest())
