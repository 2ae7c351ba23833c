"""Where a crowd comes into the mesh."""

from dataclasses import dataclass

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from support.owner import SECONDS


@dataclass(frozen=True, slots=True)
class Doors:
    """One way into the mesh: a gateway, and retrieval behind it."""

    gateway: GatewayServiceStub
    retrieval: RetrievalServiceStub

    async def revision_answered(self, newest: int) -> int:
        """Return from which revision of the documents the gateway answers; 0 if it cannot say."""
        question = gateway_pb2.StreamAnswerRequest(question=f"What is new at {newest}?")
        call = self.gateway.StreamAnswer(question, timeout=SECONDS)
        *_, last = [each.event async for each in call if each.HasField("event")]
        _, _, kept = last.answer_id.partition(".")
        return int(kept.partition(".")[0]) if kept else 0
