"""What a question shares with others, and the answer that it gets."""

from hashlib import sha256

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.ports import Revisions


class Admission:
    """Admit questions; equal ones about the same documents share one answer."""

    def __init__(self, desk: AnswerDesk, revisions: Revisions, *, edition: str) -> None:
        """`edition` says what else an answer depends on: models, settings, version."""
        self._desk = desk
        self._revisions = revisions
        self._edition = edition

    async def admit(self, tenant: str, question: StreamAnswerRequest) -> str:
        """Return the id of the answer of a question; see `AnswerDesk.admit`."""
        if known := self._desk.known(tenant, question):
            return known
        revision = await self._revisions.current()
        if revision is None:  # nobody knows what an equal question would be answered from
            return self._desk.admit(tenant, question)
        key = self._key(tenant, question, revision)
        return await self._desk.admit_shared(tenant, question, key)

    def _key(self, tenant: str, question: StreamAnswerRequest, revision: int) -> str:
        anonymous = StreamAnswerRequest()
        anonymous.CopyFrom(question)
        anonymous.ClearField("request_id")
        asked = sha256(anonymous.SerializeToString(deterministic=True)).hexdigest()
        return f"{tenant}:{self._edition}:{revision}:{asked}"
