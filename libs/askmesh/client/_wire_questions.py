"""Questions to messages, and the mesh's state from them."""

from collections.abc import Sequence

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2
from askmesh.client._parts import Turn
from askmesh.client._types import MeshStatus, ServiceStatus
from askmesh.passages import Filter, filter_to_wire


def question_to_message(
    question: str,
    *,
    conversation: Sequence[Turn],
    request_id: str,
    narrowed_to: Filter | None,
    wants_table: bool | None,
    seed: int | None,
) -> gateway_pb2.StreamAnswerRequest:
    """Return the message of a question."""
    return gateway_pb2.StreamAnswerRequest(
        question=question,
        conversation=(
            query_understanding_pb2.Turn(question=turn.question, answer=turn.answer)
            for turn in conversation
        ),
        request_id=request_id,
        filter=None if narrowed_to is None else filter_to_wire(narrowed_to),
        wants_table=wants_table,
        seed=seed,
    )


def mesh_status_of(message: gateway_pb2.GetMeshStatusResponse) -> MeshStatus:
    """Return the state that a message carries."""
    return MeshStatus(
        services=tuple(
            ServiceStatus(name=service.name, serving=service.serving, detail=service.detail)
            for service in message.services
        ),
        indexed_revision=message.indexed_revision,
        passage_count=message.passage_count,
        active_answer_count=message.active_answer_count,
    )
